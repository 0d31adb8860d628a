"""One local authority of England in mid-year: its children, their half year behind them, and the mornings to come."""
