"""Print who is stuck, and write it as a page: ``python -m tools.classroom FOLDER [--out class.html] [--lang zh]``.

FOLDER holds what students handed in (NAME.json, exercises-NAME.json, NAME/exercises.json) or their home folders.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from d2lutil.i18n import LANGUAGES, language, say, use_language

from .finding import reason_of
from .page import page, write
from .printed import left_out, printed
from .records import read_folder
from .report import report


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="python -m tools.classroom", description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path, help="with NAME.json, NAME/exercises.json or home folders")
    arguments.add_argument("--out", type=Path, default=Path("class.html"), help="the page; default: class.html")
    arguments.add_argument("--lang", choices=LANGUAGES, help="default: the system's language")
    options = arguments.parse_args(argv)
    if options.lang:
        use_language(options.lang)
    # A name that the terminal cannot show must not end the report.
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.stderr.reconfigure(errors="backslashreplace")
    folder = options.folder.expanduser()
    try:
        records = read_folder(folder)
    except (FileNotFoundError, NotADirectoryError):
        return _complain(say(f"There is no folder {folder}.", f"没有文件夹 {folder}。"))
    except OSError as reason:
        return _complain(say(f"The folder {folder}: {reason_of(reason)}", f"文件夹 {folder}：{reason_of(reason)}"))
    found = report(records, language())
    if not records.students:
        if records.damaged:
            print("\n".join(left_out(found)).lstrip())
        return _complain(
            say(f"No record of exercises can be read in {folder}.", f"文件夹 {folder} 里没有可以读取的练习记录。")
        )
    print(printed(found))
    try:
        write(page(found), options.out.expanduser())
    except OSError as reason:
        why = reason.strerror
        return _complain(
            say(f"The page {options.out} cannot be written: {why}.", f"无法写入网页 {options.out}：{why}。")
        )
    print(say(f"\nThe same as a page: {options.out}", f"\n同样的内容，网页形式：{options.out}"))
    return 0


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
