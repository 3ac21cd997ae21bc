"""Proposals: residents' ideas within a consultation, argued, supported and answered."""
