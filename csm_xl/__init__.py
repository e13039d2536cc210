"""csm_xl: how Customer Success Managers are paid, computed, explained and proven.

Importing this package costs nothing; import what you use:

- ``csm_xl.pay`` the arithmetic of pay, on NumPy arrays;
- ``csm_xl.plan`` plans as data: tables and TOML;
- ``csm_xl.engine`` a plan run over people;
- ``csm_xl.functions`` the worksheet functions and ``call``, the one way to call them.
"""

__version__ = "0.2.0"
