"""The engine behind the exercises, on exercises made up for the purpose."""

import contextlib
import random
import signal
import threading
import time
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import d2lutil as d2l
from d2lutil import exercises
from d2lutil.exercises import engine
from d2lutil.exercises.engine.cases import Draw
from d2lutil.exercises.engine.fake_gpu import Apart, lies_elsewhere, pretend_gpu, send
from d2lutil.exercises.engine.mistakes import Mistake, seen_in
from d2lutil.exercises.engine.sandbox import call, same_things, untouched

HINTS = [("Look.", "看。"), ("Look closer.", "再看。")]
TEXT = {"en": "What is asked.", "zh": "题目。", "hints": HINTS}
exercise, prediction = partial(engine.exercise, **TEXT), partial(engine.prediction, **TEXT)
choice = partial(engine.choice, **TEXT, options={"a": ("one", "一"), "b": ("two", "二")})


@exercise(
    case=lambda draw: (draw.tensor(*draw.sizes(1, 5)), draw.size(1, 3)),
    truth=lambda X, n: X * n,
    loops=False,
    mistakes=[Mistake("added", "You add; multiply.", "这里是相乘，不是相加。", lambda X, n: X + n)],
)
def scale(X: torch.Tensor, n: int) -> torch.Tensor:
    # Every cell n times.
    # zh: # 每一格都乘 n。
    return n * X


def mistake_of(attempt):
    verdict = scale.check(attempt)
    assert verdict.state == "not yet"
    return verdict.mistake


# --- three states ---


def test_stubs_are_not_attempted():
    def with_docstring(X, n):
        """What is to be done."""
        ...

    def with_pass(X, n):
        pass

    for stub in (with_docstring, with_pass, ..., None):
        assert untouched(stub)
        verdict = scale.check(stub)
        assert (verdict.state, verdict.mistake, verdict.evidence) == ("not attempted", None, None)
    assert not untouched(scale.answer)
    assert not untouched(lambda X, n: 0)


def test_a_right_answer_is_correct_and_the_reader_is_told_in_his_language():
    assert str(scale.check(lambda X, n: X * n)) == "✓ Correct."
    d2l.use_language("zh")
    assert str(scale.check(lambda X, n: X * n)) == "✓ 正确。"


def test_not_yet_shows_the_smallest_failing_case():
    verdict = scale.check(lambda X, n: X + n)
    assert (verdict.state, verdict.mistake) == ("not yet", "added")
    failing = [case for case in scale.cases if not torch.equal(case[0] * case[1], case[0] + case[1])]
    X, n = min(failing, key=lambda case: case[0].numel() + case[1] / 10)
    given = dict(verdict.evidence.given)
    assert given["X"].equal(X) and given["n"] == n
    assert verdict.evidence.expected.equal(X * n) and verdict.evidence.got.equal(X + n)
    largest = (X * n - X - n).abs().max()
    assert f"The largest difference is {largest:g}" in str(verdict)


def test_a_case_is_shown_as_grids_with_the_different_cells_marked():
    def one_cell_off(X, n):
        Y = X * n
        Y[-1, -1] += 1
        return Y

    page = scale.check(one_cell_off)._repr_html_()
    for title in ("input X", "input n", "expected", "yours"):
        assert f">{title}<" in page
    assert page.count("font-weight:bold") == 2  # the cell in both grids
    assert "−" in page or "-" not in page.replace("border-", "")


def test_large_results_are_cut_to_the_place_of_the_difference():
    @exercise(also=[()], truth=lambda: torch.zeros(40, 50))
    def zeros() -> torch.Tensor:
        return torch.zeros(40, 50)

    def off():
        Y = torch.zeros(40, 50)
        Y[30, 20] = 7
        return Y

    page = zeros.check(off)._repr_html_()
    assert page.count("<td") == 2 * 8 * 8
    assert "rows 26–33, columns 16–23" in page
    assert ">7<" in page


def test_tensors_with_more_axes_are_shown_as_several_grids():
    @exercise(also=[()], truth=lambda: torch.zeros(2, 3, 2, 2))
    def zeros() -> torch.Tensor:
        return torch.zeros(2, 3, 2, 2)

    def off():
        Y = torch.zeros(2, 3, 2, 2)
        Y[1, 2, 0, 1] = 5
        return Y

    page = zeros.check(off)._repr_html_()
    assert "[1, 2]" in page and ">5<" in page


def test_what_the_reader_s_code_prints_is_shown_once_and_only_for_the_failing_case(capsys):
    def talking(X, n):
        print("shape", tuple(X.shape))
        return X

    verdict = scale.check(talking)
    assert verdict.evidence.printed.startswith("shape (")
    assert verdict.evidence.printed.count("shape") == 1
    assert capsys.readouterr().out == ""


# --- what is recognised in every exercise ---


def test_an_error_points_at_the_reader_s_line():
    def clash(X, n):
        Y = X.T
        return Y @ X[0, :0]

    verdict = scale.check(clash)
    assert verdict.mistake == "an error"
    assert "`return Y @ X[0, :0]`" in verdict.words[0]
    assert f"line {clash.__code__.co_firstlineno + 2}" in verdict.words[0]
    assert "RuntimeError" in verdict.words[0]


@pytest.mark.parametrize("error", [SystemExit, RecursionError, AssertionError, MemoryError])
def test_no_error_of_the_reader_s_leaves_the_check(error):
    def fails(X, n):
        raise error("no")

    verdict = scale.check(fails)
    assert verdict.mistake == "an error"
    assert error.__name__ in verdict.words[0]


def test_an_interrupt_is_the_reader_s_wish():
    def interrupted(X, n):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scale.check(interrupted)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer that could end a loop")
# If the timer rings in a destructor, Python cannot pass the exception on, says so, and the next ring does it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("pause", [0.0, 0.01])
def test_an_endless_loop_is_cut_off(monkeypatch, pause):
    monkeypatch.setattr("d2lutil.exercises.engine.coding.SECONDS", 0.2)

    def stubborn(X, n):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(pause) if pause else None

    verdict = scale.check(stubborn)
    assert verdict.mistake == "endless loop"
    assert "stopped" in verdict.words[0]
    for timer, number in ((signal.ITIMER_REAL, signal.SIGALRM), (signal.ITIMER_VIRTUAL, signal.SIGVTALRM)):
        assert signal.getitimer(timer)[0] == 0
        assert signal.getsignal(number) == signal.SIG_DFL


def test_the_time_is_up_once_for_the_whole_check(monkeypatch):
    monkeypatch.setattr("d2lutil.exercises.engine.coding.SECONDS", 0.2)
    calls = []

    def sleepy(X, n):
        calls.append(n)
        time.sleep(600)

    assert scale.check(sleepy).mistake == "endless loop"
    assert len(calls) == 1


def test_the_time_limit_holds_for_what_the_reader_s_function_returns(monkeypatch):
    monkeypatch.setattr("d2lutil.exercises.engine.coding.SECONDS", 0.2)

    @exercise(truth=lambda x: x, case=lambda draw: (draw.size(1, 5),), observe=lambda function, x: function(x))
    def identity(x):
        return lambda y: y

    verdict = identity.check(lambda x: lambda y: time.sleep(600))
    assert (verdict.state, verdict.mistake) == ("not yet", "endless loop")


def test_a_right_answer_stays_right_if_only_the_remarks_take_too_long(monkeypatch):
    monkeypatch.setattr("d2lutil.exercises.engine.coding.SECONDS", 1.0)

    def slow_in_float64(X, n):
        if X.dtype == torch.float64:
            time.sleep(600)
        return X * n

    verdict = scale.check(slow_in_float64)
    assert (verdict.state, verdict.remarks) == ("correct", [])


class Unfriendly:
    """Whatever one asks of it raises."""

    def raises(self, *_):
        raise RuntimeError("no")

    __eq__ = __repr__ = __len__ = __iter__ = __float__ = __getitem__ = __bool__ = __array__ = raises
    __hash__ = None


deep: list = []
deep.append(deep)
ODD = [
    Unfriendly(), [Unfriendly()], deep, ["c"], {"a"}, {"a": 1}, b"a", "a" * 10**6, "[" * 1500, "\ud800", float("nan"),
    10**400, 1j, range(3), object, object(), exercises, iter([1]), torch.nn.Linear(1, 1), print, np.add, torch.relu,
    torch.ones(2).to_sparse(), torch.ones(2, device="meta"), np.array(["a", None], dtype=object), np.ones((2, 0)),
    type("Odd", (), {"__signature__": 3}), lambda X, n: Unfriendly(), lambda X, n: [Unfriendly()], lambda X, n: deep,
    lambda X, n: torch.ones(2, device="meta"), lambda X, n: X.to_sparse(), lambda X, n: X * 1j, lambda X, n: iter([1]),
    lambda X, n: torch.quantize_per_tensor(X, 0.1, 0, torch.qint8), lambda X, n: np.array(["a"], dtype=object),
    lambda *a, **k: (_ for _ in ()).throw(GeneratorExit()), lambda X, n: 1 / 0,
]  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
)


@pytest.fixture(scope="module")
def one_of_each():
    @prediction(because=("", ""))
    def two():
        """two numbers"""
        return [1, 2]

    @choice(because=("", ""), wrong={"b": ("No.", "不是。")})
    def first():
        return "a"

    return scale, two, first


def no_error_leaves(question, answer):
    verdict = question.check(answer)
    assert verdict.state in ("not yet", "correct", "not attempted")
    assert repr(verdict) and verdict._repr_html_()


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_no_answer_however_odd_lets_an_error_out(one_of_each, answer):
    for question in one_of_each:
        no_error_leaves(question, answer)
        assert question.hint()._repr_markdown_() and question.solution()._repr_markdown_()


@pytest.mark.slow("tries many answers of all kinds")
@given(anything)
def test_no_answer_lets_an_error_out(one_of_each, answer):
    for question in one_of_each:
        no_error_leaves(question, answer)
    no_error_leaves(scale, lambda X, n: answer)


@pytest.mark.parametrize(
    "letter", ["a", "A", " a ", "ａ", "Ａ", "(a)", "（a）", "a)", "a.", "a。", '"a"', "“a”", ["a"], ("a",)]
)
def test_a_letter_is_taken_as_keyboards_type_it(one_of_each, letter):
    assert one_of_each[2].check(letter).state == "correct"


@pytest.mark.parametrize("answer", ["", "c", "ab", "a b", ["a", "b"], 1, True, {"a": 1}])
def test_what_is_no_letter_gets_a_sentence(one_of_each, answer):
    verdict = one_of_each[2].check(answer)
    assert (verdict.state, verdict.mistake) == ("not yet", None)
    assert 'one of the letters "a", "b"; you gave' in str(verdict)


@pytest.mark.parametrize(
    "answer",
    [[1, 2], (1.0, 2.0), "1, 2", "1 2", "[1, 2]", "(1，2)", "１、２", "【1,2】", ["1", " ２"], torch.tensor([1, 2]),
     np.array([1.0, 2.0]), [torch.tensor(1), np.float32(2)]],
    ids=str,
)  # fmt: skip
def test_numbers_are_taken_as_keyboards_type_them(one_of_each, answer):
    assert one_of_each[1].check(answer).state == "correct"


@pytest.mark.parametrize("answer", ["one, two", "__import__('os')", ["1", "x"], "1 +", "", [True, "two"]])
def test_what_is_no_number_gets_a_sentence(one_of_each, answer):
    verdict = one_of_each[1].check(answer)
    assert verdict.state == "not yet"
    assert "A list of 2 is asked for; you gave" in str(verdict)


def test_outside_of_the_main_thread_a_check_works_without_a_limit():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(scale.check(lambda X, n: X * n)))
    thread.start()
    thread.join()
    assert verdicts[0].state == "correct"


def test_common_mistakes_are_named():
    def loops(X, n):
        return torch.stack([row * n for row in X])

    def square_only(X, n):
        return X * n if X.shape[0] == X.shape[1] else X * 0 - 9

    assert mistake_of(loops) == "Python loop"
    assert mistake_of(lambda X, n: torch.stack(list(map(lambda row: row * n, X)))) == "Python loop"
    assert mistake_of(square_only) == "only square"
    assert mistake_of(lambda X, n: -X * n) == "sign reversed"
    assert mistake_of(lambda X, n: (X * n).T) == "transposed"
    assert mistake_of(lambda X, n: (X * n)[None]) == "axes of size one"
    assert mistake_of(lambda X, n: (X * n)[:, :-1]) == "size off by one"
    assert mistake_of(lambda X, n: 3 * X * n) == "scaled"
    assert mistake_of(lambda X: X) == "other arguments"
    assert mistake_of(lambda X, n: print(X * n)) == "nothing returned"
    assert mistake_of(torch.ones(2, 2)) == "not a function"
    assert mistake_of(lambda X, n: "text") is None


def test_what_the_question_does_not_ask_for_is_a_remark_on_a_right_answer():
    def changes_input(X, n):
        X *= n
        return X

    def through_numpy(X, n):
        return torch.from_numpy(X.numpy() * n)

    def with_zeros(X, n):
        return torch.zeros(X.shape) + X * n

    for attempt, remarks, words in [
        (changes_input, ["input changed"], "changes its input (`X`)"),
        (lambda X, n: (X * n).float(), ["only float32"], "float32 only"),
        (lambda X, n: torch.zeros(X.shape, dtype=X.dtype) + X * n, ["only CPU"], "CPU only"),
        (through_numpy, ["only CPU"], "stay with torch's tensors"),
        (with_zeros, ["only CPU"], "CPU only"),
        (lambda X, n: (torch.zeros(X.shape) + X * n).float(), ["only float32", "only CPU"], "float32 only"),
        (lambda X, n: X * n, [], ""),
    ]:
        verdict = scale.check(attempt)
        assert (verdict.state, verdict.mistake, verdict.remarks) == ("correct", None, remarks)
        assert words in str(verdict) and words.replace("'", "&#x27;")[:9] in verdict._repr_html_()


def test_where_the_text_asks_that_inputs_stay_a_change_is_refused():
    @exercise(truth=lambda X: X + 1, case=lambda draw: (draw.tensor(2, 3),), inputs_stay=True)
    def add_one(X):
        return X + 1

    verdict = add_one.check(lambda X: X.add_(1))
    assert (verdict.state, verdict.mistake) == ("not yet", "input changed")
    assert "`X`" in str(verdict) and verdict.evidence


def test_a_change_of_the_input_is_named_even_if_the_results_are_wrong():
    def changes_input(X, n):
        X += 1
        return X * n * 5 + 2

    assert mistake_of(changes_input) == "input changed"


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([(3, 2), (8, 7)], "one too many"),
        ([(1, 2), (6, 7)], "one too few"),
        ([(3, 2), (6, 7)], None),
        ([(torch.ones(3, 2), torch.ones(2, 3))], "transposed"),
        ([(torch.ones(2, 3), torch.ones(4, 3))], None),
        ([(torch.zeros(2), torch.ones(2))], None),
        ([("a", 1)], None),
    ],
)
def test_what_can_be_seen_in_results(pairs, name):
    found = seen_in(pairs)
    assert (found and found.name) == name


def test_what_the_task_rules_out_is_found_also_in_inner_functions():
    @exercise(also=[(3,)], truth=lambda n: 2 * n, without=("double",))
    def twice(n: int) -> int:
        return n + n

    class Helper:
        double = staticmethod(lambda n: 2 * n)

    assert twice.check(lambda n: [Helper.double(m) for m in [n]][0]).mistake == "not allowed"
    assert twice.check(lambda n: dict(double=2 * n)["double"]).mistake == "not allowed"  # noqa: C408
    assert "`double`" in twice.check(lambda n: Helper.double(n)).words[1]
    assert twice.check(lambda n: n * 2).state == "correct"


def test_what_only_the_judge_knows_is_shown_under_its_name():
    @exercise(
        also=[(2, 5)],
        truth=lambda n, weight: n * weight,
        observe=lambda result, n, weight: result * weight,
    )
    def same(n: int) -> int:
        return n

    assert same.check(lambda n: n + 1).evidence.given == [("n", 2), ("weight", 5)]


# --- nothing of the reader's is disturbed ---


def test_a_check_puts_random_state_and_settings_back():
    def careless(X, n):
        torch.manual_seed(99), random.seed(99), np.random.seed(99)
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return X * n

    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    wanted = random.random(), np.random.rand(), torch.rand(1).item()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    assert scale.check(careless).state == "correct"
    assert (random.random(), np.random.rand(), torch.rand(1).item()) == wanted
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32


def test_a_check_keeps_the_cases_whatever_the_reader_does_to_them():
    before = [X.clone() for X, _ in scale.cases]

    def destroys(X, n):
        X.zero_()
        return X

    scale.check(destroys)
    assert all(X.equal(old) for (X, _), old in zip(scale.cases, before, strict=True))


def test_the_solution_defines_nothing_in_the_reader_s_namespace(run_notebook):
    notebook = run_notebook(
        "from d2lutil import exercises\nbefore = set(globals())",
        "exercises.ch02.corr1d.solution()",
        "sorted(name for name in set(globals()) - before if not name.startswith('_') and name != 'before')",
    )
    shown = notebook.cells[2].outputs[0].data
    assert "def corr1d(" in shown["text/markdown"]
    assert notebook.cells[3].outputs[0].data["text/plain"] == "[]"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (torch.ones(2), torch.ones(2), True),
        (torch.ones(2), torch.ones(2).double(), False),
        ([torch.ones(2), 1], [torch.ones(2), 2], False),
        ({"a": (1, torch.zeros(1))}, {"a": (1, torch.zeros(1))}, True),
        (torch.nn.ReLU().train(), torch.nn.ReLU().eval(), False),
        (len, len, True),
    ],
)
def test_same_things(one, other, same):
    assert same_things(one, other) is same


def test_a_call_says_which_inputs_were_changed():
    def changes_second(a, b):
        b.append(1)

    assert call(changes_second, ["a", "b"], ([1], [2])).changed == ["b"]


# --- a GPU, pretended ---


def on_gpu(function, *inputs):
    def run(*moved):
        with pretend_gpu():
            return function(*send(moved))

    return call(run, [], inputs)


@pytest.mark.parametrize(
    "function",
    [
        lambda X: torch.zeros(X.shape, device=X.device) + X,
        lambda X: X.new_zeros(2, 2).copy_(X),
        lambda X: torch.zeros(2, 2).to(X.device) + X,
        lambda X: torch.zeros(2, 2).to(X) + X,
        lambda X: torch.tensor([[1.0, 2.0]], device=X.device) * X,
        lambda X: X * torch.tensor(2.0),  # a single number may lie anywhere
        lambda X: X[torch.tensor([0, 1])],  # an index as well
        lambda X: torch.stack([row.sum() for row in X]),
        lambda X: torch.stack(list(X)).max(0).values,
        lambda X: torch.zeros_like(X) + X,
        lambda X: torch.nn.functional.conv2d(X[None, None], X[None, None]),
        lambda X: torch.nn.functional.max_pool2d(X[None], 2),
        lambda X: torch.tensor(X.tolist(), device=X.device),
        lambda X: torch.from_numpy(X.cpu().numpy()).to(X.device),
        lambda X: torch.arange(2, device=X.device)[:, None] + X if X.is_cuda else None,
        lambda X: float(X.sum()),
        lambda X: torch.nn.Linear(2, 2, bias=False).to(X.device)(X),
        lambda X: torch.nn.ConvTranspose2d(1, 1, 2).to(X)(X[None, None]),
        lambda X: X.T.flip(0).reshape(-1),
    ],
)
def test_code_that_works_on_a_gpu_passes(function):
    outcome = on_gpu(function, torch.ones(2, 2))
    assert outcome.error is None
    assert lies_elsewhere(outcome.value)


@pytest.mark.parametrize(
    "function",
    [
        lambda X: torch.zeros(2, 2) + X,
        lambda X: torch.cat([X, torch.zeros(1, 2)]),
        lambda X: torch.arange(2.0) * X,
        lambda X: X.numpy(),
        lambda X: torch.where(X > 0, X, torch.zeros(2, 2)),
        lambda X: X @ torch.eye(2),
        lambda X: X.cpu() + X,
    ],
)
def test_code_that_fails_on_a_gpu_is_found_out(function):
    assert isinstance(on_gpu(function, torch.ones(2, 2)).error, Apart)


def test_a_result_that_stays_on_the_cpu_is_found_out():
    def fills(X):
        Y = torch.zeros(2)
        Y[0] = X[0, 0]
        return Y

    outcome = on_gpu(fills, torch.ones(2, 2))
    assert outcome.error is None
    assert not lies_elsewhere(outcome.value)


def test_the_pretended_gpu_judges_like_a_real_one(cuda):
    def result_of(function):
        try:
            return function(torch.ones(2, 2, device=cuda))
        except (RuntimeError, TypeError):
            return None

    for works, function in [(True, lambda X: X.new_zeros(2) + X), (False, lambda X: torch.zeros(2, 2) + X)]:
        assert (result_of(function) is not None) == works
        assert (on_gpu(function, torch.ones(2, 2)).error is None) == works


# --- predictions and choices ---


@prediction(because=("Two rows.", "两行。"), mistakes=[
    Mistake("a row short", "A row is missing.", "少了一行。", lambda: [1, 2]),
])  # fmt: skip
def rows() -> list[int]:
    return [1, 2, 3]


@choice(because=("One is odd.", "一是奇数。"), wrong={"b": ("Two is even.", "二是偶数。")})
def odd() -> str:
    return "a" if 1 % 2 else "b"


def test_a_prediction_may_be_given_in_any_form():
    for answer in ([1, 2, 3], (1, 2, 3), torch.tensor([1, 2, 3]), np.array([1.0, 2, 3])):
        verdict = rows.check(answer)
        assert (verdict.state, verdict.words) == ("correct", ["Two rows."])


def test_a_wrong_prediction_is_explained_without_the_answer():
    assert rows.check([1, 2]).words == ["A row is missing."]
    for answer in ([9, 9, 9], 4, "x", [[1]]):
        verdict = rows.check(answer)
        assert verdict.state == "not yet"
        assert "[1, 2, 3]" not in str(verdict)
    assert rows.check([1, 9, 3]).words == ["2 of 3 are right."]
    assert rows.check(...).state == "not attempted"


def test_a_choice_takes_the_letter_in_any_case_and_explains_the_wrong_ones():
    assert odd.check(" A").words == ["One is odd."]
    assert odd.check("b").words == ["Two is even."]
    assert 'one of the letters "a", "b"; you gave 3' in str(odd.check(3))


# --- making exercises ---


def test_an_exercise_needs_two_or_three_hints():
    with pytest.raises(ValueError, match="has 1 hints; an exercise has two or three"):
        choice(hints=HINTS[:1], because=("", ""), wrong={})(lambda: "a")


def test_an_exercise_has_a_truth_or_accepts():
    with pytest.raises(ValueError, match="exactly one"):
        exercise()


def test_accepts_may_return_a_sentence_or_a_mistake():
    odd_number = Mistake("odd", "That is odd.", "这是奇数。")

    @exercise(
        accepts=lambda n: odd_number if n % 2 else ("Too small.", "太小了。") if n < 10 else None,
    )
    def large_even_number() -> int:
        return 12

    assert large_even_number.check(lambda: 20).state == "correct"
    assert large_even_number.check(lambda: 21).mistake == "odd"
    assert large_even_number.check(lambda: 4).words == ["Too small."]
    assert "cannot be used" in large_even_number.check(lambda: "x").words[0]


def test_draws_are_the_same_every_time_and_one_in_three_is_square():
    one, other = Draw(5), Draw(5)
    assert one.sizes(1, 9) == other.sizes(1, 9)
    assert one.tensor(3, 4).equal(other.tensor(3, 4))
    assert one.normal(3).equal(other.normal(3))
    draw = Draw(0)
    sizes = [draw.sizes(1, 20) for _ in range(600)]
    assert 0.25 < sum(h == w for h, w in sizes) / 600 < 0.5
    numbers = draw.tensor(500, low=-2, high=2)
    assert set(numbers.tolist()) == {-2, -1, 0, 1, 2}


# --- the package ---


def test_exercises_are_made_when_first_asked_for():
    assert "ch02" in dir(exercises)
    with pytest.raises(AttributeError, match="there is no exercises.ch99; the chapters are ch0"):
        exercises.ch99  # noqa: B018
