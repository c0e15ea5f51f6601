"""Where things are in a CAMT.052, .053 and .054, by local names: all versions from 001.02 on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clerkwork.adapters.statements.nodes import NESTED, UNIT, Found, Node
from clerkwork.core.payments import Kind

__all__ = ["camt_tree"]

_MESSAGES = {
    "BkToCstmrStmt/Stmt": Kind.STATEMENT,
    "BkToCstmrAcctRpt/Rpt": Kind.PREVIEW,
    "BkToCstmrDbtCdtNtfctn/Ntfctn": Kind.NOTIFICATION,
}
_STATEMENT = {
    "Id": "id",
    "ElctrncSeqNb": "electronic",
    "LglSeqNb": "legal",
    "CreDtTm": "made",
    "FrToDt/FrDtTm": "from",
    "FrToDt/ToDtTm": "to",
    "Acct/Id/IBAN": "account",
    "Acct/Id/Othr/Id": "account",
    "Acct/Ccy": "currency",
    "TxsSummry/TtlNtries/NbOfNtries": "count",
    "TxsSummry/TtlNtries/Sum": "sum",
    "TxsSummry/TtlNtries/TtlNetNtryAmt": "net",
    "TxsSummry/TtlNtries/CdtDbtInd": "net direction",
    "TxsSummry/TtlNtries/TtlNetNtry/Amt": "net",
    "TxsSummry/TtlNtries/TtlNetNtry/CdtDbtInd": "net direction",
    "TxsSummry/TtlCdtNtries/NbOfNtries": "credit count",
    "TxsSummry/TtlCdtNtries/Sum": "credit sum",
    "TxsSummry/TtlDbtNtries/NbOfNtries": "debit count",
    "TxsSummry/TtlDbtNtries/Sum": "debit sum",
}
_BALANCE = {
    "Tp/CdOrPrtry/Cd": "kind",
    "Tp/CdOrPrtry/Prtry": "kind",
    "Tp/Cd": "kind",
    "Amt": "amount$",
    "CdtDbtInd": "direction",
    "Dt/Dt": "date",
    "Dt/DtTm": "date",
}
_CODE = {
    "BkTxCd/Prtry/Cd": "own code",
    "BkTxCd/Domn/Cd": "domain",
    "BkTxCd/Domn/Fmly/Cd": "family",
    "BkTxCd/Domn/Fmly/SubFmlyCd": "sub-family",
}
_ENTRY = {
    "Amt": "amount$",
    "CdtDbtInd": "direction",
    "RvslInd": "reversal",
    "Sts": "status",
    "Sts/Cd": "status",
    "Sts/Prtry": "status",
    "BookgDt/Dt": "booked",
    "BookgDt/DtTm": "booked",
    "ValDt/Dt": "valued",
    "ValDt/DtTm": "valued",
    "AcctSvcrRef": "reference",
    "AddtlNtryInf": "further",
    "NtryDtls/Btch/NbOfTxs": "batched*",
    **_CODE,
}
_PARTY = {
    "{}/Nm": "name of {}",
    "{}/Pty/Nm": "name of {}",
    "{}/Agt/FinInstnId/Nm": "name of {}",
    "Ultmt{}/Nm": "other name of {}",
    "Ultmt{}/Pty/Nm": "other name of {}",
    "{}Acct/Id/IBAN": "account of {}",
    "{}Acct/Id/Othr/Id": "account of {}",
}
_TRANSACTION = {
    "Refs/AcctSvcrRef": "reference",
    "Refs/EndToEndId": "end to end",
    "Amt": "amount$",
    "AmtDtls/TxAmt/Amt": "amount of the transaction$",
    "AmtDtls/CntrValAmt/Amt": "counter-value$",
    "CdtDbtInd": "direction",
    "RmtInf/Ustrd": "text*",
    "RmtInf/Strd/CdtrRefInf/Ref": "structured*",
    "RmtInf/Strd/RfrdDocInf/Nb": "document*",
    "RmtInf/Strd/AddtlRmtInf": "addition*",
    "RtrInf": "returned?",
    "RtrInf/Rsn/Cd": "reason",
    "RtrInf/Rsn/Prtry": "reason",
    "AddtlTxInf": "further",
    **_CODE,
    **{
        f"RltdPties/{path.format(side)}": name.format(side)
        for side in ("Dbtr", "Cdtr")
        for path, name in _PARTY.items()
    },
}

Handler = Callable[[Kind, Found], None]


def camt_tree(*, entry: Callable[[Found, Found], None], statement: Handler) -> Node:
    """What is read of a file; `entry` and `statement` are called as each of them ends.

    A document may stand within an envelope of up to two elements.
    """
    top, document = Node(), Node("Document", level=1)
    for node in _envelopes(top):
        node.children["Document"] = document
    one_entry = _entry_node(entry)
    for path, kind in _MESSAGES.items():
        node = document.at(path)
        node.act = UNIT
        node.declare(_STATEMENT)
        node.at("Bal").act, node.at("Bal").key = NESTED, "balances"
        node.at("Bal").declare(_BALANCE)
        node.children["Ntry"] = one_entry
        node.done = _told(statement, kind)
    return top


def _told(statement: Handler, kind: Kind) -> Callable[[Found, Found], None]:
    return lambda found, _: statement(kind, found)


def _envelopes(top: Node) -> Iterator[Node]:
    outer, inner = Node(level=1), Node(level=2)
    top.children[""], outer.children[""] = outer, inner
    yield from (top, outer, inner)


def _entry_node(done: Callable[[Found, Found], None]) -> Node:
    node = Node("Ntry", UNIT, level=4)
    node.done, node.raw = done, True
    node.declare(_ENTRY)
    transaction = node.at("NtryDtls/TxDtls")
    transaction.act, transaction.key, transaction.raw = NESTED, "transactions", True
    transaction.declare(_TRANSACTION)
    return node
