"""integ measured against what else there is: python3 -m tests.bench BUILD."""
