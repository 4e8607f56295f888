"""What other tools integ is measured against and tried with, of which versions, and where they are installed."""
