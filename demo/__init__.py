"""Everything on one machine: embedded servers, generated reports and the processes of `make demo`.

The product imports nothing from here; the tests share `demo.servers`.
"""
