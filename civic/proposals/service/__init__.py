"""What is done to proposals: written, supported, argued, answered, hidden."""
