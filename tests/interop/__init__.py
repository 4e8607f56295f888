"""The peers' own programs, run on integ: python3 -m tests.interop BUILD. README.md tells what each check is."""
