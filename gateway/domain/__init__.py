"""The functional core: values and now in, a Change or a Refused out; no clock, database or network."""
