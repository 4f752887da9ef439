"""Cases: from likely entitled to decided, paid for, handed over to the next bureau."""
