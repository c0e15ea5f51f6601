"""How the demo's book is made: people, open items, and bank lines with the truth beside them."""
