"""What the units report of the period themselves (自评): by a link without an account, checked by their county."""
