"""Files of marks, one row a mark, to registers: CSV and Excel, read in bounded memory."""
