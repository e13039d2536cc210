"""The What-if: its page, the blocks on which figures are tried out, and the plan modeler."""
