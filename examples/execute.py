"""Execute the example on a published warehouse and write it, with its pictures, as a notebook.

Without --published it builds a warehouse of the specimen report and the shipped statistics first.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
SOURCE = Path(__file__).with_name("promised_and_delivered.py")
NOTEBOOK = SOURCE.with_suffix(".ipynb")


def executed(published: Path, source: Path = SOURCE) -> nbformat.NotebookNode:
    """The notebook with what its cells printed and drew, and nothing about when or where that was.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; the message is the cell's traceback.
        ValueError: a picture could not be drawn.
    """
    notebook = jupytext.read(source)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", record_timing=False, extra_arguments=["--log-level=40"]
    )
    client.execute(cwd=str(source.parent), env={**os.environ, "GWR_PUBLISHED": str(published.resolve())})
    failed = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    if failed:  # a picture that can't be drawn is no error of its cell
        raise ValueError(f"{source.name}: {failed[0].ename}: {failed[0].evalue}")
    notebook.metadata.pop("language_info", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = smaller(output.data["image/png"])
    return notebook


def smaller(picture: str) -> str:
    """The same PNG (base64) with a palette: a chart has few colours, and a repository keeps every version of it."""
    palette = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB").quantize(64)
    saved = io.BytesIO()
    palette.save(saved, "PNG", optimize=True)
    return base64.b64encode(saved.getvalue()).decode()


def build_specimen(folder: Path) -> Path:
    """Build the specimen report with the shipped statistics below a folder; return what was published."""
    raw, data = folder / "raw", folder / "data"
    shutil.copytree(PROJECT / "tests" / "fixtures" / "raw", raw)
    shutil.copytree(PROJECT / "raw" / "statistics", raw / "statistics", dirs_exist_ok=True)
    gwr = Path(sys.executable).with_name("gwr")
    subprocess.run([str(gwr), "build", "--raw", str(raw), "--data", str(data)], check=True)
    return data / "published"


def main() -> None:
    """The command line of `make example`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--published", type=Path, help="a data/published to read (default: build the specimen)"
    )
    parser.add_argument("--output", type=Path, default=NOTEBOOK, help="the notebook to write")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gwr-example-") as folder:
        published = asked.published or build_specimen(Path(folder))
        notebook = executed(published)
    nbformat.write(notebook, asked.output)
    print(f"{asked.output}: {asked.output.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
