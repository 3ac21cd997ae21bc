"""The screens of the town hall: what is open, how many voted, where help is sought. Nobody touches them."""
