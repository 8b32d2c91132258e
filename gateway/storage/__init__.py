"""Tables, types, the Unit (one transaction) and one small file per record family."""
