"""One folder or file for each outside thing; they fulfil the ports and do not know each other."""
