"""The mailbox that debtors answer to, read over IMAP."""
