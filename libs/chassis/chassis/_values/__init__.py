"""Text, numbers and bodies in the one form that is stored and compared."""
