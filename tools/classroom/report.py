"""What the records of a class say: exercise by exercise, and who is stuck."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from d2lutil.exercises.engine.progress import CHAPTERS, questions
from d2lutil.exercises.engine.question import Question
from tools.publish.chapters import chapter_files, title

from .records import Attempt, Records

__all__ = ["Chapter", "Exercise", "Made", "Report", "report"]


@dataclass(frozen=True)
class Made:
    """A mistake that was recognised: by its name, how many students made it, and how often in all."""

    name: str
    students: int
    times: int


@dataclass(frozen=True)
class Exercise:
    """An exercise, and by student what is recorded of it."""

    question: Question
    attempts: dict[str, Attempt]

    @property
    def correct(self) -> int:
        return sum(attempt.correct for attempt in self.attempts.values())

    @property
    def tried(self) -> int:
        return sum(attempt.tried for attempt in self.attempts.values())

    @property
    def stuck(self) -> int:
        return sum(attempt.stuck for attempt in self.attempts.values())

    @property
    def median_tries(self) -> float | None:
        """Of those who tried; None if nobody did."""
        tries = [attempt.tries for attempt in self.attempts.values() if attempt.tried]
        return median(tries) if tries else None

    @property
    def hints(self) -> int:
        """All that were read, also by those who did not try."""
        return sum(attempt.hints for attempt in self.attempts.values())

    @property
    def mistakes(self) -> list[Made]:
        """Those of most students first: one student who makes a mistake twenty times is one student."""
        students, times = Counter[str](), Counter[str]()
        for attempt in self.attempts.values():
            students.update(attempt.mistakes.keys())
            times.update(attempt.mistakes)
        made = [Made(name, students[name], times[name]) for name in students]
        return sorted(made, key=lambda one: (-one.students, -one.times, one.name))


@dataclass(frozen=True)
class Chapter:
    """A chapter's exercises in their order."""

    key: str
    title: str
    exercises: list[Exercise]


@dataclass(frozen=True)
class Report:
    """What printed and written reports show. Students stand in the order of their names."""

    students: list[str]
    chapters: list[Chapter]  # those of which anything is recorded
    untouched: list[str]  # the keys of the others
    stuck: dict[str, list[tuple[str, Attempt]]]  # by student, (exercise, attempt) in the order of the exercises
    unknown: dict[str, list[str]]  # by student, keys of the record that are no exercise here
    records: Records


def report(records: Records, lang: str) -> Report:
    """Count what is recorded; the titles of chapters are in the language ``lang``."""
    students = sorted(records.students, key=lambda name: (name.casefold(), name))
    files = {f"ch{path.name[:2]}": path for path in chapter_files()}
    chapters, untouched, known = [], [], set()
    for key in CHAPTERS:
        exercises = [_exercise(question, students, records) for question in questions(key)]
        known |= {exercise.question.key for exercise in exercises}
        if any(exercise.attempts for exercise in exercises):
            chapters.append(Chapter(key, title(files[key], lang) if key in files else key, exercises))
        else:
            untouched.append(key)
    stuck = {
        student: [
            (exercise.question.key, exercise.attempts[student])
            for chapter in chapters
            for exercise in chapter.exercises
            if student in exercise.attempts and exercise.attempts[student].stuck
        ]
        for student in students
    }
    unknown = {student: sorted(records.students[student].keys() - known) for student in students}
    return Report(students, chapters, untouched, _filled(stuck), _filled(unknown), records)


def _exercise(question: Question, students: list[str], records: Records) -> Exercise:
    """An entry without tries and hints says nothing, and is left out."""
    entries = {student: records.students[student].get(question.key) for student in students}
    return Exercise(question, {who: entry for who, entry in entries.items() if entry and (entry.tried or entry.hints)})


def _filled(lists: dict) -> dict:
    return {name: one for name, one in lists.items() if one}
