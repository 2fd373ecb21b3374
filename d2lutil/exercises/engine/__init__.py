"""How an exercise is asked, checked and remembered; its content stands in the modules ``d2lutil.exercises.chNN``.

Three kinds of questions, each made by a decorator on a function that knows the answer:

- :func:`exercise`: the reader writes a function; the decorated one is the worked solution;
- :func:`prediction`: the reader gives a value; the decorated one computes it;
- :func:`choice`: the reader picks a letter; the decorated one finds out which letter is right.

``.check(attempt)`` judges an answer, ``.hint()`` helps, ``.solution()`` shows. CONTRIBUTING.md has a complete example.
"""

from .closed import Choice, Prediction, choice, prediction
from .coding import Exercise, exercise
from .mistakes import Mistake
from .question import Question

__all__ = ["Choice", "Exercise", "Mistake", "Prediction", "Question", "choice", "exercise", "prediction"]
