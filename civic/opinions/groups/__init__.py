"""Groups of people who answered alike, and what all of them agree on: numbers in, numbers out, always the same ones for the same reactions.

``table`` reads reactions, ``positions`` lays people on a plane, ``cutting`` parts them, ``holding`` says what each group holds, ``drawing`` keeps
of the plane what is shown. ``python -m civic.opinions.groups`` does it all in a process of its own (decision 27).
"""
