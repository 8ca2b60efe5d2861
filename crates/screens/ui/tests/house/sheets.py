"""Reads a session's exported orders with libraries that are not ours, and says what it found.

    sheets.py orders.csv orders.xlsx  ->  {"csv": {"rows": [...], "formulas": [...]}, "xlsx": {...}}
"""

import csv
import json
import re
import sys

import openpyxl

# What a spreadsheet takes for the beginning of a formula: at the beginning of a cell, and behind
# what half the world's spreadsheets separate cells by.
FORMULA = re.compile(r"""(^|;)[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]""")


def of_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [cell for row in rows for cell in row.values()]
    return {"rows": rows, "formulas": [cell for cell in cells if FORMULA.search(cell)]}


def of_xlsx(path):
    sheet = openpyxl.load_workbook(path).active
    head, *lines = sheet.iter_rows()
    names = [cell.value for cell in head]
    rows = [dict(zip(names, (cell.value for cell in line))) for line in lines]
    formulas = [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    return {"rows": rows, "formulas": formulas}


json.dump({"csv": of_csv(sys.argv[1]), "xlsx": of_xlsx(sys.argv[2])}, sys.stdout)
