"""How an exercise is asked, checked and remembered; its content stands in the modules ``d2lutil.exercises.chNN``."""

from .mistakes import Mistake
from .questions import Choice, Exercise, Prediction, Question, choice, exercise, prediction

__all__ = ["Choice", "Exercise", "Mistake", "Prediction", "Question", "choice", "exercise", "prediction"]
