"""The commands of `folkmoot`, one module for each family.

Each has `add`, which describes its command lines to argparse. Importing them is cheap: what a command needs is imported
when it runs.
"""
