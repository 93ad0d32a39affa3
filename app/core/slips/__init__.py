"""The slips that people make on the way back: what they are, and what numbers they lead to.

``catalogue`` names them. ``steps`` and ``sums`` compute what a learner gets who makes one: within a layer, and where
the shares of a node's uses meet. What is typical of one op alone is in that op's class.
"""
