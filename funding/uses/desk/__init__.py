"""Reports on the use of funds at the desk: the county writes, finance and city read, finance settles."""
