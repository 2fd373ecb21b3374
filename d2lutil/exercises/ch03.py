"""Exercises of chapter 03, edge detection."""

import math

import torch
import torch.nn.functional as F

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import KERNEL_NOT_FLIPPED, SIGN_REVERSED, Mistake


def by_torch(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


def kernel_of(function, rows, columns):
    """The kernel of a linear map from pictures of that size to one number, found by autograd."""
    with torch.enable_grad():
        X = torch.zeros(rows, columns, requires_grad=True)
        return torch.autograd.grad(function(X).sum(), X)[0]


@exercise(
    effort="warm-up",
    en="""
        A kernel of two rows and one column that is positive where the picture gets *brighter* going down.
    """,
    zh="""
        写一个两行一列的卷积核：往下走变*亮*的地方，输出为正。
    """,
    case=lambda draw: (draw.tensor(*draw.sizes(2, 6)),),
    truth=lambda X: X.diff(dim=0),
    observe=lambda kernel, X: d2l.corr2d(X, kernel),
    hints=[
        (
            "Which of the two cells has to count with plus, so that a brighter one below gives a positive answer?",
            "要让下面更亮时输出为正，两格之中哪一格该取正号？",
        ),
        (
            "The answer is lower minus upper. The upper number of the kernel lies on the upper cell.",
            "输出是下面减上面。卷积核上面的数压在上面那一格上。",
        ),
    ],
    mistakes=[
        Mistake(
            SIGN_REVERSED.name,
            "This kernel is upper minus lower: it is positive where the picture gets darker going down.",
            "这个卷积核是上面减下面：往下走变暗的地方输出才为正。",
            lambda: torch.tensor([[1.0], [-1.0]]),
        ),
        Mistake(
            "left and right",
            "This kernel compares left and right. Above and below need two rows and one column.",
            "这个卷积核比较的是左右。要比较上下，应当是两行一列。",
            lambda: torch.tensor([[-1.0, 1.0]]),
        ),
        Mistake(
            "added",
            "This kernel adds the two cells, so it answers to brightness, not to change.",
            "这个卷积核把两格相加，它反映的是亮度，而不是变化。",
            lambda: torch.tensor([[1.0], [1.0]]),
        ),
    ],
)
def brighter_below() -> torch.Tensor:
    """A kernel of shape (2, 1); its answer is the lower cell minus the upper cell.

    >>> d2l.corr2d(torch.tensor([[1.0, 5.0], [4.0, 3.0]]), brighter_below())
    tensor([[ 3., -2.]])
    """
    # Plus for the lower cell, minus for the upper one.
    # zh: # 下面的格取正号，上面的格取负号。
    return torch.tensor([[-1.0], [1.0]])


BAND = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
LEFT_MINUS_RIGHT = torch.tensor([[1.0, -1.0]])


@prediction(
    en="""
        A white band on black, two cells wide, that runs diagonally: `[[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]`. What does section 1's
        kernel `[[1, -1]]` answer? Paper first.
    """,
    zh="""
        黑底上一条斜着走的白带，两格宽：`[[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]`。第 1 节的卷积核 `[[1, -1]]` 会输出什么？请先在纸上算。
    """,
    hints=[
        (
            "Take one row at a time: the kernel never looks up or down. How many windows of two cells has a row of four?",
            "一行一行地算：这个卷积核从不往上看，也不往下看。四格的一行里有几个两格宽的窗口？",
        ),
        (
            "Plus where the row goes from white to black, minus where it goes from black to white, else 0.",
            "一行里由白变黑处为正，由黑变白处为负，其余为 0。",
        ),
    ],
    because=(
        "Every row crosses the band's edges from left to right: minus where it enters the white, plus where it leaves it. A diagonal "
        "edge is no secret to this kernel; its answers only step aside from row to row.",
        "每一行从左往右都会穿过白带的边缘：进入白色处为负，离开白色处为正。斜边缘瞒不过这个卷积核，只是输出的位置逐行错开一格。",
    ),
    mistakes=[
        Mistake(
            "sign reversed",
            "You took right minus left. The kernel takes a cell and subtracts its right neighbour.",
            "你算的是右边减左边。这个卷积核是取一格，减去它右边的邻居。",
            lambda: by_torch(BAND, -LEFT_MINUS_RIGHT),
        ),
        Mistake(
            "kernel transposed",
            "That is the answer of the transposed kernel: upper minus lower.",
            "这是转置后的卷积核给出的结果：上面减下面。",
            lambda: by_torch(BAND, LEFT_MINUS_RIGHT.T),
        ),
        Mistake(
            "sign dropped",
            "The places are right. But the two edges of the band have different signs.",
            "位置都对了，可是白带的两条边缘符号不同。",
            lambda: by_torch(BAND, LEFT_MINUS_RIGHT).abs(),
        ),
    ],
)
def band_edges() -> torch.Tensor:
    """a list of rows, such as [[1, 2], [3, 4]]"""
    X = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    return d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))


@choice(
    en="""
        Now transpose the picture, or the kernel, or both. With `K = [[1, -1]]`, what is `corr2d(X.T, K)` for every picture `X`, whichever way its
        edges run?
    """,
    zh="""
        再来转置图像，或者转置卷积核，或者两者都转置。设 `K = [[1, -1]]`。对任何图像 `X`，不论边缘朝哪个方向，`corr2d(X.T, K)` 是什么？
    """,
    options={
        "a": ("`corr2d(X, K).T`: the old answer, laid on its side as well", "`corr2d(X, K).T`：原来的输出，也放倒"),
        "b": (
            "`-corr2d(X, K)`: the old answer with its signs reversed",
            "`-corr2d(X, K)`：原来的输出，正负号全部反过来",
        ),
        "c": (
            "`corr2d(X, K.T).T`: what the transposed kernel answers to the old picture, laid on its side",
            "`corr2d(X, K.T).T`：转置后的卷积核在原图上的输出，再放倒",
        ),
        "d": (
            "0 everywhere: this kernel cannot see a picture laid on its side",
            "处处为 0：图像放倒之后，这个卷积核就看不见了",
        ),
    },
    hints=[
        (
            "Take the band of the exercise before, lay it on its side, and compare shapes first.",
            "拿上一题的白带，把它放倒，先比较形状。",
        ),
        (
            "Left and right in the picture laid on its side were above and below before. Which kernel compares those?",
            "放倒之后的左右，原来是上下。比较上下的是哪个卷积核？",
        ),
    ],
    because=(
        "Transposing everything, picture and kernel, transposes the answer. So transposing the picture alone shows you, laid on its "
        "side, what the transposed kernel sees in the old picture. In the same way, to transpose the kernel alone is as good as to transpose "
        "the picture, and then the answer.",
        "图像和卷积核一起转置，输出也就转置。所以只转置图像，看到的就是转置后的卷积核在原图上看到的东西，只不过放倒了。"
        "同样，只转置卷积核，等于先转置图像，再转置输出。",
    ),
    wrong={
        "a": (
            "That would be so if the kernel were transposed as well. Laid on its side, the vertical edges of section 1 give 0 everywhere.",
            "要是卷积核也跟着转置，才会是这样。第 1 节的竖直边缘放倒之后，输出处处为 0。",
        ),
        "b": (
            "The sign tells black from white, not left from above. Compare the shapes too: for the band they are 4×2 and 3×3.",
            "正负号区分的是由黑变白还是由白变黑，不是左右还是上下。再比较一下形状：对上一题的白带，分别是 4×2 和 3×3。",
        ),
        "d": (
            "So it is for vertical edges. A diagonal edge is diagonal still, and is seen as before.",
            "竖直边缘是这样。斜边缘放倒之后还是斜的，照样看得见。",
        ),
    },
)
def picture_on_its_side() -> str:
    X, K = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]]), torch.tensor([[1.0, -1.0]])
    laid = d2l.corr2d(X.T, K)
    answers = {
        "a": d2l.corr2d(X, K).T,
        "b": -d2l.corr2d(X, K),
        "c": d2l.corr2d(X, K.T).T,
        "d": torch.zeros_like(laid),
    }
    # Only one of them is what comes out.
    # zh: # 其中只有一个与实际结果相同。
    return next(letter for letter, answer in answers.items() if laid.equal(answer))


@exercise(
    en="""
        The *second* difference along the width: how much the slope itself changes from one step to the next,
        $(X_{i,j+2} - X_{i,j+1}) - (X_{i,j+1} - X_{i,j})$. Which kernel computes it?
    """,
    zh="""
        沿宽度方向的*二阶*差分：从一步到下一步，斜率本身变了多少，即 $(X_{i,j+2} - X_{i,j+1}) - (X_{i,j+1} - X_{i,j})$。
        哪个卷积核能算出它？
    """,
    case=lambda draw: (draw.tensor(draw.size(1, 5), draw.size(3, 7)),),
    truth=lambda X: X.diff(n=2, dim=1),
    observe=lambda kernel, X: d2l.corr2d(X, kernel),
    hints=[
        ("Resolve the brackets of the formula. How often does each of the three cells occur?",
         "把式子里的括号展开。三格各出现了几次？"),
        ("The middle cell is subtracted twice.", "中间那一格减了两次。"),
    ],
    mistakes=[
        Mistake(
            SIGN_REVERSED.name,
            "Every sign is reversed: the middle cell counts with minus.",
            "所有的符号都反了：中间那一格取负号。",
            lambda: torch.tensor([[-1.0, 2.0, -1.0]]),
        ),
        Mistake(
            "first difference",
            "That is a first difference, of two cells that are two apart. It answers to a slope; here only a bend counts.",
            "这是相隔两格的一阶差分，对斜坡有反应；这里要的是只对弯折有反应的。",
            lambda: torch.tensor([[-1.0, 0.0, 1.0]]),
        ),
        Mistake(
            "first difference",
            "That is a first difference, of two cells that are two apart. It answers to a slope; here only a bend counts.",
            "这是相隔两格的一阶差分，对斜坡有反应；这里要的是只对弯折有反应的。",
            lambda: torch.tensor([[1.0, 0.0, -1.0]]),
        ),
        Mistake(
            "middle only once",
            "The middle cell is in both brackets, so it counts twice. (The numbers have to add up to 0.)",
            "中间那一格在两个括号里都有，要算两次。（各数之和应为 0。）",
            lambda: torch.tensor([[1.0, -1.0, 1.0]]),
        ),
        Mistake(
            "other axis",
            "This kernel looks up and down. Along the width it has one row and three columns.",
            "这个卷积核看的是上下。沿宽度方向，它应当是一行三列。",
            lambda: torch.tensor([[1.0], [-2.0], [1.0]]),
        ),
    ],
)  # fmt: skip
def second_difference() -> torch.Tensor:
    """A kernel of shape (1, 3) for the second difference along axis 1.

    >>> d2l.corr2d(torch.tensor([[0.0, 1.0, 2.0, 5.0, 9.0]]), second_difference())
    tensor([[0., 2., 1.]])
    """
    # (right - middle) - (middle - left) = left - 2 middle + right
    # zh: # （右 - 中）-（中 - 左）= 左 - 2 中 + 右
    return torch.tensor([[1.0, -2.0, 1.0]])


def main_diagonal_and_other(draw):
    """A picture that is constant along each main diagonal, and one with a single edge that runs another way."""
    n, m = draw.sizes(3, 6)
    i, j = torch.arange(n)[:, None], torch.arange(m)
    along = draw.tensor(n + m - 1, low=0, high=3)[j - i + n - 1]
    place, last = draw.choice([(i + 0 * j, n - 1), (j + 0 * i, m - 1), (i + j, n + m - 2)])
    return along, (place >= draw.size(1, last)).float()


OTHER_DIAGONAL = Mistake(
    "other diagonal",
    "This kernel compares along the other diagonal: it is blind to edges from top right to bottom left.",
    "这个卷积核沿另一条对角线比较：它看不见的是从右上走到左下的边缘。",
    lambda: torch.tensor([[0.0, 1.0], [-1.0, 0.0]]),
)
ADDED = Mistake(
    "added",
    "The two cells on the diagonal are added. To compare them, subtract one from the other.",
    "对角线上的两格被加在了一起。要比较它们，应当相减。",
    lambda: torch.tensor([[1.0, 0.0], [0.0, 1.0]]),
)
LEFT_AND_RIGHT = Mistake(
    "left and right",
    "This kernel compares left and right, and a diagonal edge is a change between left and right, too.",
    "这个卷积核比较的是左右，而穿过斜边缘时左右也在变化。",
    lambda: torch.tensor([[1.0, -1.0], [1.0, -1.0]]),
)
ABOVE_AND_BELOW = Mistake(
    "above and below",
    "This kernel compares above and below, and a diagonal edge is a change between above and below, too.",
    "这个卷积核比较的是上下，而穿过斜边缘时上下也在变化。",
    lambda: torch.tensor([[1.0, 1.0], [-1.0, -1.0]]),
)
BOTH_DIAGONALS = Mistake(
    "both diagonals",
    "The sum is 0, but the cells beside the diagonal lie on other sides of the edge. Their numbers have to be 0.",
    "和确实是 0，但对角线两旁的格会落到边缘的另一侧，它们的数应当是 0。",
    lambda: torch.tensor([[1.0, -1.0], [-1.0, 1.0]]),
)
SEES_NOTHING = Mistake(
    "sees nothing",
    "This kernel is blind to every edge, not only to those from top left to bottom right.",
    "这个卷积核什么边缘都看不见，不只是从左上走到右下的。",
    lambda: torch.zeros(2, 2),
)


def blind_along_main_diagonal(kernel, along, other):
    if not isinstance(kernel, torch.Tensor) or kernel.shape != (2, 2):
        return "The kernel has to be a tensor of shape (2, 2).", "卷积核应当是形状为 (2, 2) 的张量。"
    if not kernel.any():
        return SEES_NOTHING
    for mistake in (OTHER_DIAGONAL, ADDED, LEFT_AND_RIGHT, ABOVE_AND_BELOW, BOTH_DIAGONALS):
        pair = torch.stack([kernel.flatten().double(), mistake.wrong().flatten().double()])
        if torch.linalg.matrix_rank(pair) == 1:  # one is a multiple of the other
            return mistake
    if d2l.corr2d(along, kernel).abs().max() > 1e-4:
        return (
            f"It sees an edge from top left to bottom right, in the picture {along.int().tolist()}.",
            f"在图像 {along.int().tolist()} 中，它看见了从左上走到右下的边缘。",
        )
    if not d2l.corr2d(other, kernel).abs().max() > 1e-4:
        return (
            f"It does not see the edge in the picture {other.int().tolist()}.",
            f"它没有看见图像 {other.int().tolist()} 中的边缘。",
        )
    return None


@exercise(
    en=r"""
        A $2\times 2$ kernel that is blind to every edge running from top left to bottom right, but sees all others. The
        picture `stripes` below has only such edges.
    """,
    zh=r"""
        写一个 $2\times 2$ 的卷积核：凡是从左上走到右下的边缘，它一概看不见，别的边缘都看得见。
        下面的图像 `stripes` 里只有这种边缘。
    """,
    given="""
        stripes = ((torch.arange(8)[:, None] - torch.arange(8)) % 4 < 2).float()
        d2l.show_grids(stripes=stripes)
    """,
    case=main_diagonal_and_other,
    accepts=blind_along_main_diagonal,
    hints=[
        ("Going along such an edge nothing changes. Which two cells of a window are always alike, then?",
         "沿着这样的边缘走，什么都不变。那么窗口里哪两格总是相等？"),
        ("Compare a cell with the one diagonally below it to the right; the other two numbers are 0.",
         "拿一格与它右下方的那一格相比；另外两个数是 0。"),
    ],
    mistakes=[OTHER_DIAGONAL, SEES_NOTHING, ADDED, LEFT_AND_RIGHT, ABOVE_AND_BELOW, BOTH_DIAGONALS],
)  # fmt: skip
def blind_to_main_diagonal() -> torch.Tensor:
    """A kernel of shape (2, 2): zero on stripes; not zero on stripes.flip(1), nor on X.

    >>> d2l.corr2d(torch.tensor([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]), blind_to_main_diagonal()).any()
    tensor(False)
    """
    # Along the edge, from a cell to the one below it on the right, nothing changes.
    # zh: # 沿着边缘，从一格到它右下方的一格，什么都不变。
    return torch.tensor([[1.0, 0.0], [0.0, -1.0]])


@choice(
    en="""
        The numbers of a blur add up to 1, those of an edge detector to 0. Why? Let $s$ be the sum of a kernel's numbers. Which sentence is the
        reason, and true for every kernel and every picture?
    """,
    zh="""
        模糊核各数之和为 1，边缘检测器各数之和为 0。为什么？设卷积核各数之和为 $s$。下面哪句话道出了原因，而且对任何卷积核、任何图像都成立？
    """,
    options={
        "a": (
            "with $s = 1$ no cell of the output is brighter than the brightest cell of the picture",
            "$s = 1$ 时，输出的任何一格都不会比图像最亮的一格更亮",
        ),
        "b": ("with $s = 1$ the grain of a picture does not get stronger", "$s = 1$ 时，图像的噪声不会变强"),
        "c": ("with $s = 0$ the output is 0 everywhere", "$s = 0$ 时，输出处处为 0"),
        "d": (
            "with any $s$, a picture that is brighter by 10 everywhere gets an answer that is larger by $10s$ everywhere",
            "不论 $s$ 是多少，图像处处变亮 10，输出就处处增加 $10s$",
        ),
    },
    hints=[
        (
            "Look for kernels that break a rule: the gallery of section 4 has one for each of three answers.",
            "试着找出违反规则的卷积核：对其中三个选项，第 4 节的画廊里都有反例。",
        ),
        (
            "The bright wall is the dark wall plus a picture that is the same everywhere, and the kernel's answer is a sum: take it apart.",
            "变亮的墙等于原来的墙加上一张处处相同的图像，而卷积核的输出是一个和：把它拆开来看。",
        ),
    ],
    because=(
        "Each cell of the window is larger by 10, each is multiplied with its own number, so the answer grows by 10 times the sum. That is why "
        "a blur needs the sum 1: a wall comes out as bright as it was. And why an edge detector needs the sum 0: it answers 0 to any "
        "flat part, be it black or white.",
        "窗口里每一格都大了 10，各自乘上自己的数，所以输出增加的是 10 乘以各数之和。模糊核的和必须为 1，原因就在这里：墙有多亮，出来还是多亮。"
        "边缘检测器的和必须为 0，也是这个道理：凡是平坦的地方，不论黑白，输出都是 0。",
    ),
    wrong={
        "a": (
            "It would, if no number were negative. The sharpening kernel has the sum 1 and goes beyond white beside an edge.",
            "如果没有负数，确实如此。可是锐化核的和也是 1，它在边缘旁边的输出却比白还白。",
        ),
        "b": (
            "For grain the squares count, as section 3 measured. `[[2, -1]]` has the sum 1 and makes grain stronger.",
            "噪声变强还是变弱，要看平方和，第 3 节已经量过。`[[2, -1]]` 的和为 1，却会放大噪声。",
        ),
        "c": (
            "Then no edge detector would ever find anything. It is 0 on flat parts only.",
            "那样的话，边缘检测器就什么也找不到了。和为零，只保证平坦的地方输出为 0。",
        ),
    },
)
def sum_of_a_kernel() -> str:
    step, grain = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[1.0, -1.0, 1.0, -1.0]])
    blur, sharpen = torch.tensor([[0.25, 0.5, 0.25]]), torch.tensor([[-1.0, 3.0, -1.0]])
    steep, edge = torch.tensor([[2.0, -1.0]]), torch.tensor([[1.0, -1.0]])
    true = {
        "a": d2l.corr2d(step, sharpen).max() <= step.max(),
        "b": d2l.corr2d(grain, steep).abs().max() <= grain.abs().max(),
        "c": not d2l.corr2d(step, edge).any(),
        "d": all(
            torch.allclose(d2l.corr2d(step + 10, K), d2l.corr2d(step, K) + 10 * K.sum())
            for K in (blur, sharpen, steep, edge)
        ),
    }
    # One counterexample is enough to refuse a rule; (d) follows from the definition, and is only tried here.
    # zh: # 一个反例就足以推翻一条规则；(d) 由定义得出，这里只是试一试。
    return next(letter for letter, holds in true.items() if holds)


def unsharp_by_torch(a, X):
    inner, blurred = X[1:-1, 1:-1], F.avg_pool2d(X[None], 3, stride=1)[0]
    return inner + a * (inner - blurred)


def with_middle(middle, beside):
    """A 3 x 3 kernel with one number in the middle and another everywhere else."""
    K = torch.full((3, 3), float(beside))
    K[1, 1] = middle
    return K


@exercise(
    en=r"""
        Photographers sharpen by *unsharp masking*: take the picture, and add its difference from a blurred copy. With the
        $3\times 3$ mean as blur, and an amount $a$: $X + a\,(X - \text{blur}(X))$. Write it as **one** kernel.
    """,
    zh=r"""
        摄影师用*反锐化掩模*来锐化：取原图，再加上原图与模糊图之差。设模糊用 $3\times 3$ 的平均，强度为 $a$，
        即 $X + a\,(X - \text{blur}(X))$，其中 blur 表示模糊。请把它写成**一个**卷积核。
    """,
    case=lambda draw: (draw.size(0, 40) / 4,),
    also=[(0.0,), (1.0,)],
    truth=lambda a: kernel_of(lambda X: unsharp_by_torch(a, X), 3, 3),
    hints=[
        (
            "Each part of the formula is an answer of a kernel of its own: the picture itself, too.",
            "式子的每一部分都是某个卷积核的输出，原图本身也是。",
        ),
        (
            "The picture is the answer of the kernel with 1 in the middle and 0 elsewhere. Cross-correlation is linear: do with the kernels "
            "what the formula does with the pictures.",
            "原图是正中为 1、其余为 0 的卷积核的输出。互相关是线性的：式子对图像做什么，就对卷积核做什么。",
        ),
    ],
    mistakes=[
        Mistake(
            "blur subtracted only",
            "That is X - a·blur(X). The formula adds a·X as well, so that the numbers of the kernel add up to 1.",
            "这是 X - a·blur(X)。式子里还要加上 a·X，这样卷积核各数之和才是 1。",
            lambda a: with_middle(1 - a / 9, -a / 9),
        ),
        Mistake(
            "blur instead",
            "This mixes the picture with its blur, so it blurs. The blur has to be subtracted.",
            "这样是把原图与模糊图混在一起，得到的是模糊。应当减去模糊图。",
            lambda a: with_middle(1 - a + a / 9, a / 9),
        ),
        Mistake(
            "picture forgotten",
            "That is the difference alone. The picture has to be added: with a = 0 nothing may change.",
            "这只是差的部分，还要加上原图：a = 0 时应当什么都不变。",
            lambda a: with_middle(a - a / 9, -a / 9),
        ),
        Mistake(
            "middle of the blur",
            "The mean counts the middle cell as well, so a ninth of the amount is subtracted there, too. (The sum has to be 1.)",
            "求平均时正中一格也算在内，所以那里也要减去强度的九分之一。（各数之和应为 1。）",
            lambda a: with_middle(1 + a, -a / 9),
        ),
        Mistake(
            "mean of eight",
            "This takes the mean of the eight neighbours. The blur is the mean of all nine cells.",
            "这里取的是八个邻居的平均。模糊是全部九格的平均。",
            lambda a: with_middle(1 + a, -a / 8),
        ),
        Mistake(
            "diagonal of ones",
            "`torch.eye(3)` has three ones, on the diagonal. The kernel that changes nothing has a single 1, in the middle.",
            "`torch.eye(3)` 的对角线上有三个 1。什么都不改的卷积核只有一个 1，在正中。",
            lambda a: (1 + a) * torch.eye(3) - a / 9,
        ),
        Mistake(
            "1 everywhere",
            "A number that is added to a tensor is added to every cell. The kernel that changes nothing has its 1 in the middle only.",
            "一个数与张量相加时，每一格都会加上它。什么都不改的卷积核只在正中有 1。",
            lambda a: torch.full((3, 3), 1 + a - a / 9),
        ),
        Mistake(
            "not a mean",
            "The blur is a mean: its numbers are 1/9, not 1.",
            "模糊是平均：它的每个数是 1/9，不是 1。",
            lambda a: with_middle(1, -a),
        ),
    ],
)
def unsharp(a: float) -> torch.Tensor:
    """A kernel of shape (3, 3) that sharpens by the amount a; unsharp(0) changes nothing.

    >>> d2l.corr2d(torch.tensor([[0.0, 0.0, 9.0]]).repeat(3, 1), unsharp(2.0)).round()
    tensor([[-6.]])
    """
    # The kernel that changes nothing, and the blur. What the formula does with pictures can be done with kernels.
    # zh: # 什么都不改的卷积核，和模糊核。式子对图像做的事，也可以对卷积核做。
    same, blur = torch.zeros(3, 3), torch.ones(3, 3) / 9
    same[1, 1] = 1
    return same + a * (same - blur)


SOBEL = torch.tensor([[1.0], [2.0], [1.0]]) @ torch.tensor([[-1.0, 0.0, 1.0]])


def slope_along(right, down):
    """The kernel of the slope in a direction, found by autograd from the two Sobel maps."""
    parts = F.normalize(torch.tensor([right, down]), dim=0)
    both = torch.stack([SOBEL, SOBEL.T])[:, None] / 8
    return kernel_of(lambda X: F.conv2d(X[None, None], both)[0, :, 0, 0] @ parts, 3, 3)


def sobel_at(angle):
    return (math.cos(angle) * SOBEL + math.sin(angle) * SOBEL.T) / 8


def slope_from_tangent(right, down):
    return sobel_at(torch.atan(torch.tensor(down) / torch.tensor(right)).item())


QUARTER_TURN = Mistake(
    "along instead of across",
    "This kernel answers to change at right angles to the direction, and is blind in the direction itself.",
    "这个卷积核对垂直于箭头的变化有反应，沿箭头方向的变化反而看不见。",
)
TANGENT = Mistake(
    "opposite directions confused",
    "`down / right` is the same for an arrow and for its opposite, and does not exist where `right` is 0. `atan2(down, right)` knows them apart; "
    "with the length of the arrow you need no angle at all.",
    "方向相反的两支箭头，`down / right` 相同；`right` 为 0 时它又没有意义。`atan2(down, right)` 才分得清；其实有了箭头的长度，根本用不着角度。",
)


def direction(draw):
    right, down = draw.size(-4, 4), draw.size(-4, 4)
    return (float(right), float(down)) if right or down else (1.0, -2.0)


@exercise(
    en="""
        An arrow points `right` cells to the right and `down` cells down; a negative number points the other way. Build from the two Sobel kernels the kernel
        that answers to edges *across* the arrow: if the picture gets brighter by 1 on every step of length 1 along the arrow, it answers 1. To any change at
        right angles to the arrow it is blind. How long the arrow is must not matter.
    """,
    zh="""
        一支箭头向右 `right` 格，向下 `down` 格，负数表示相反的方向。请用两个 Sobel 卷积核造出一个卷积核，专看与箭头*垂直*的边缘：
        如果沿箭头方向每走一步（步长为 1），图像就变亮 1，它就输出 1；垂直于箭头的方向上无论怎样变化，它都看不见。箭头有多长，不应影响结果。
    """,
    case=direction,
    also=[(1.0, 0.0), (0.0, 2.0), (-3.0, 0.0), (3.0, 4.0), (0.5, 0.0)],
    truth=slope_along,
    hints=[
        (
            "Section 5 mixes the two Sobel kernels by the cosine and the sine of an angle. What are these two, for your direction?",
            "第 5 节用角度的余弦和正弦来混合两个 Sobel 卷积核。对你的方向，这两个数各是多少？",
        ),
        (
            "Divide `right` and `down` by the length of the arrow: `math.hypot(right, down)`.",
            "把 `right` 和 `down` 都除以箭头的长度：`math.hypot(right, down)`。",
        ),
        (
            "A Sobel kernel answers 8 to a ramp that rises by 1 from cell to cell; section 3 divides by that.",
            "斜坡每格升高 1 时，Sobel 卷积核输出 8；第 3 节除以了这个数。",
        ),
    ],
    mistakes=[
        Mistake(
            "length not divided out",
            "A longer arrow gives a larger answer. Only its direction may count: divide by its length.",
            "箭头越长，输出就越大。应当只与方向有关：要除以箭头的长度。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8,
        ),
        Mistake(
            "divided by the sum",
            "The length of an arrow is the root of the sum of the squares, not the sum of its parts.",
            "箭头的长度是平方和的平方根，而不是两个分量之和。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8 / (abs(right) + abs(down)),
        ),
        Mistake(
            "divided by the sum",
            "The length of an arrow is the root of the sum of the squares, not the sum of its parts.",
            "箭头的长度是平方和的平方根，而不是两个分量之和。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8 / (right + down),
        ),
        Mistake(
            "root forgotten",
            "You divide by the square of the length. The length is its root.",
            "你除以的是长度的平方。长度还要开平方。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8 / (right**2 + down**2),
        ),
        Mistake(
            "nothing divided out",
            "Two things are to be divided out: the length of the arrow, and the 8 that Sobel answers to a slope of 1.",
            "有两样东西要除掉：箭头的长度，以及斜率为 1 时 Sobel 输出的 8。",
            lambda right, down: right * SOBEL + down * SOBEL.T,
        ),
        TANGENT.made_by(slope_from_tangent),
        TANGENT.made_by(lambda right, down: sobel_at(math.atan(down / right))),
        Mistake(
            "down counted upwards",
            "The sign of `down` is reversed. Rows are counted downwards, as section 5 says: with `down` above 0 the arrow points down.",
            "`down` 的符号反了。第 5 节说过，行是从上往下数的：`down` 大于 0 时，箭头指向下方。",
            lambda right, down: (right * SOBEL - down * SOBEL.T) / 8 / math.hypot(right, down),
        ),
        Mistake(
            "components exchanged",
            "`right` and `down` are exchanged: the kernel that compares right with left belongs to `right`.",
            "`right` 和 `down` 用反了：比较左右的卷积核应当乘以 `right`。",
            lambda right, down: (down * SOBEL + right * SOBEL.T) / 8 / math.hypot(right, down),
        ),
        QUARTER_TURN.made_by(lambda right, down: (-down * SOBEL + right * SOBEL.T) / 8 / math.hypot(right, down)),
        QUARTER_TURN.made_by(lambda right, down: (down * SOBEL - right * SOBEL.T) / 8 / math.hypot(right, down)),
        Mistake(
            "not divided by 8",
            "The direction is right. But a ramp that rises by 1 from cell to cell gets the answer 8: divide by it.",
            "方向是对的，但每格升高 1 的斜坡会得到 8：还要除以它。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / math.hypot(right, down),
        ),
    ],
)
def across(right: float, down: float) -> torch.Tensor:
    """A kernel of shape (3, 3) for the slope in the direction (right, down), which is not (0, 0).

    >>> 8 * across(0.0, 2.0)
    tensor([[-1., -2., -1.],
            [ 0.,  0.,  0.],
            [ 1.,  2.,  1.]])
    """
    sobel_x = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    # The parts of an arrow of length 1 are the cosine and the sine of its angle.
    # zh: # 长度为 1 的箭头，两个分量就是角度的余弦和正弦。
    length = (right**2 + down**2) ** 0.5
    # Sobel answers 8 to a slope of 1.
    # zh: # 斜率为 1 时，Sobel 的输出是 8。
    return (right * sobel_x + down * sobel_x.T) / (8 * length)


def nth_difference(d):
    return torch.eye(d + 1).diff(n=d, dim=1).T


ORDER_ZERO = Mistake(
    "order zero",
    "From order 1 on it is right. The difference of order 0 is the picture itself: which kernel of one cell changes nothing?",
    "从 1 阶起都对。0 阶差分就是图像本身：只有一格的卷积核里，哪个什么都不改？",
)


def far_difference(d):
    K = torch.zeros(1, d + 1)
    K[0, -1] += 1
    K[0, 0] -= 1
    return K


@exercise(
    en="""
        Exercise 4 took the difference of a difference. Go on: which kernel of one row computes the difference of the order $d$ along the width, right
        minus left each time? Make it as small as possible. How many cells does it need, and what do they add up to?
    """,
    zh="""
        练习 4 求的是差分的差分。照这样继续下去：哪个一行的卷积核能算出沿宽度方向的 $d$ 阶差分（每次都是右边减左边）？
        请让它尽可能小。它需要几格？各数之和是多少？
    """,
    also=[(d,) for d in range(9)],
    truth=nth_difference,
    hints=[
        (
            "A difference of the order d is a difference of the answers of the order d - 1. How many cells more does it need?",
            "d 阶差分，就是对 d - 1 阶差分的输出再作一次差分。它要多看几格？",
        ),
        (
            "Let `K` belong to order d - 1. Put it one cell further to the right, and subtract from that the `K` that stays where it is.",
            "设 `K` 是 d - 1 阶的卷积核。把它右移一格，再减去留在原处的 `K`。",
        ),
        (
            "Write down the kernels of the orders 1, 2, 3. Without their signs you know them from Pascal's triangle.",
            "写出 1、2、3 阶的卷积核。不看正负号，这些数你在杨辉三角里见过。",
        ),
    ],
    mistakes=[
        Mistake(
            "left minus right",
            "You subtract the right cell from the left one, so every odd order has its signs reversed. Here it is right minus left.",
            "你用左边减右边，所以奇数阶的符号全反了。这里是右边减左边。",
            lambda d: (-1) ** d * nth_difference(d),
        ),
        Mistake(
            "no signs",
            "The sizes of the numbers are right, but their signs have to alternate: this kernel blurs.",
            "数的大小都对，但正负号应当交替：这样的卷积核是在模糊。",
            lambda d: nth_difference(d).abs(),
        ),
        Mistake(
            "one order too high",
            "That is one order too high: order 1 has two cells, and order 0 changes nothing.",
            "阶数多了一：1 阶有两格，0 阶什么都不改。",
            lambda d: nth_difference(d + 1),
        ),
        ORDER_ZERO.made_by(lambda d: nth_difference(max(d, 1))),
        ORDER_ZERO.made_by(lambda d: nth_difference(d) if d else torch.zeros(1, 1)),
        Mistake(
            "cells far apart",
            "That is one difference of cells that are far apart. A difference of differences needs the cells between as well.",
            "这只是相隔很远的两格的一次差分。差分的差分还要用到中间的格。",
            far_difference,
        ),
        Mistake(
            "alternating ones",
            "The signs are right, but the cells in the middle occur in several differences: they count more than once.",
            "符号是对的，但中间的格在好几个差分里都出现，要算不止一次。",
            lambda d: nth_difference(d).sign(),
        ),
    ],
    because=(
        "Order d needs d + 1 cells: each further difference adds one. The numbers are those of Pascal's triangle with alternating signs; from "
        "order 1 on they add up to 0.",
        "d 阶需要 d + 1 格：每多作一次差就多一格。这些数就是杨辉三角的一行，正负交替；从 1 阶起，它们的和为 0。",
    ),
)
def difference_kernel(d: int) -> torch.Tensor:
    """The smallest kernel of one row for the difference of order d >= 0; order 0 changes nothing.

    >>> difference_kernel(1)
    tensor([[-1.,  1.]])
    """
    # Order 0 changes nothing.
    # zh: # 0 阶什么都不改。
    K = torch.ones(1, 1)
    for _ in range(d):
        # The kernel one place to the right minus the kernel here: one cell more.
        # zh: # 右移一格的卷积核减去原处的卷积核：多出一格。
        K = torch.nn.functional.pad(K, (1, 0)) - torch.nn.functional.pad(K, (0, 1))
    return K


def rank_one(draw):
    """A kernel that is a column times a row, often with zeros in its first row or column."""
    rows, columns = draw.sizes(1, 4)
    column, row = draw.tensor(rows, 1, low=-3, high=3), draw.tensor(1, columns, low=-3, high=3)
    column[draw.size(0, rows - 1)], row[:, draw.size(0, columns - 1)] = draw.choice([-2, 1, 3]), draw.choice([-1, 2])
    return (column @ row,)


NOT_PARTS = Mistake(
    "shapes",
    "A column of shape (rows, 1) and a row of shape (1, columns) are asked for, in this order.",
    "要的是一列和一行，形状依次为（行数，1）和（1，列数）。",
)
DIVIDED_BY_ZERO = Mistake(
    "divided by zero",
    "You divide by something that may be 0, such as a cell of the first row or the first column. Choose a cell that is not 0.",
    "你除以了可能为 0 的东西，例如第一行或第一列里的某一格。请选一个不为 0 的格。",
)
WRONG_SIZE = Mistake(
    "size of the product",
    "Column and row have the right directions, but their product is a multiple of the kernel. A row and a column of the kernel both hold the cell "
    "where they cross: divide one of them by it. (With `svd`: do not forget the singular value.)",
    "列和行的方向都对，但乘积只是卷积核的某个倍数。取自卷积核的一行和一列都含有它们相交的那一格：其中一个要除以它。"
    "（用 `svd` 的话，别忘了奇异值。）",
)
ALL_ZERO = Mistake(
    "a row of zeros",
    "You take a row or a column that may be all 0. Choose one that is not.",
    "你取的那一行或那一列可能全是 0。请选一个不全为 0 的。",
)


def makes_the_kernel(parts, kernel):
    if not isinstance(parts, (tuple, list)) or len(parts) != 2:
        return "Two tensors are asked for: a column and a row.", "要的是两个张量：一列和一行。"
    column, row = parts
    if not isinstance(column, torch.Tensor) or not isinstance(row, torch.Tensor):
        return "Two tensors are asked for: a column and a row.", "要的是两个张量：一列和一行。"
    if tuple(column.shape) != (len(kernel), 1) or tuple(row.shape) != (1, kernel.shape[1]):
        return NOT_PARTS
    product = column.double() @ row.double()
    if not product.isfinite().all():
        return DIVIDED_BY_ZERO
    if torch.allclose(product, kernel.double(), rtol=1e-4, atol=1e-4):
        return None
    if not product.any():
        return ALL_ZERO
    place = kernel.abs().flatten().argmax()
    factor = product.flatten()[place] / kernel.flatten()[place]
    if torch.allclose(product, factor * kernel.double(), rtol=1e-4, atol=1e-4):
        return WRONG_SIZE
    return (
        f"The product of your column and row is {_short(product)}.",
        f"你的列与行的乘积是 {_short(product)}。",
    )


def _short(table):
    return [[round(number, 3) for number in row] for row in table.tolist()]


@exercise(
    en="""
        Take a separable kernel apart: find a column and a row whose product it is.
    """,
    zh="""
        把一个可分离的卷积核拆开：求一列和一行，使它们的乘积等于这个卷积核。
    """,
    case=rank_one,
    also=[(torch.tensor([[0.0, 0.0, 0.0], [0.0, 1.0, -1.0], [0.0, 2.0, -2.0]]),), (torch.tensor([[-3.0]]),)],
    accepts=makes_the_kernel,
    hints=[
        (
            "Every row of the kernel is a multiple of any row that is not zero. And which multiples are they?",
            "任取卷积核的一个非零行，每一行都是它的倍数。那么各是几倍？",
        ),
        (
            "Take a cell that is not 0. Its row is the row; its column, divided by that cell, tells how many times that row each row is.",
            "取一个不为 0 的格。它所在的行就是要求的行；它所在的列除以这一格，就是各行的倍数。",
        ),
        (
            "The largest cell in absolute value is a safe one: `kernel.abs().argmax()`. Or let `torch.linalg.svd` find the one important direction.",
            "绝对值最大的一格最稳妥：`kernel.abs().argmax()`。也可以让 `torch.linalg.svd` 去找那个唯一重要的方向。",
        ),
    ],
    mistakes=[
        NOT_PARTS.made_by(lambda kernel: (kernel[0], kernel[:, 0])),
        DIVIDED_BY_ZERO.made_by(lambda kernel: (kernel[:, :1] / kernel[0, 0], kernel[:1])),
        WRONG_SIZE.made_by(
            lambda kernel: (
                kernel[:, (j := int(kernel.abs().sum(0).argmax())) : j + 1],
                kernel[(i := int(kernel.abs().sum(1).argmax())) : i + 1],
            )
        ),
    ],
)
def take_apart(kernel: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """For a kernel (k_h, k_w) of rank 1: a column (k_h, 1) and a row (1, k_w) with column @ row == kernel.

    >>> column, row = take_apart(torch.tensor([[0.0, 0.0], [2.0, 4.0], [1.0, 2.0]]))
    >>> (column @ row).round()
    tensor([[0., 0.],
            [2., 4.],
            [1., 2.]])
    """
    # A cell that is surely not 0: the largest in absolute value.
    # zh: # 绝对值最大的一格，肯定不为 0。
    i, j = divmod(int(kernel.abs().argmax()), kernel.shape[1])
    # Its row; and how often each row of the kernel holds that row.
    # zh: # 取这一格所在的行；再看卷积核的每一行各是这一行的几倍。
    return kernel[:, j : j + 1] / kernel[i, j], kernel[i : i + 1]


def two_kernels(draw):
    return draw.tensor(*draw.sizes(1, 3), low=-3, high=3), draw.tensor(*draw.sizes(1, 3), low=-3, high=3)


def both_by_autograd(first, second):
    rows, columns = (a + b - 1 for a, b in zip(first.shape, second.shape, strict=True))
    return kernel_of(lambda X: by_torch(by_torch(X, first), second), rows, columns)


def padded(K, other, more=0):
    """K with as many zeros around it as the other kernel reaches over."""
    h, w = other.shape[0] - 1 + more, other.shape[1] - 1 + more
    return F.pad(K, (w, w, h, h))


NOT_TURNED = Mistake(
    KERNEL_NOT_FLIPPED.name,
    "One kernel slides over the other as it is. One of the two has to be turned by 180 degrees first.",
    "一个卷积核是原样在另一个上面滑动的。应当先把其中一个旋转 180 度。",
)

ONE_AXIS = Mistake(
    "one axis flipped",
    "Only one axis of the sliding kernel is reversed. A turn by 180 degrees reverses both.",
    "滑动的那个卷积核只反了一个轴。旋转 180 度要把两个轴都反过来。",
)


@exercise(
    effort="takes a while",
    en="""
        Blur first, then apply the Laplacian: fewer false alarms from grain. Two kernels one after the other
        are one larger kernel. Find it, for any two kernels.
    """,
    zh="""
        先模糊，再用拉普拉斯，噪声引起的误报就会减少。接连使用两个卷积核，相当于使用一个更大的卷积核。
        请对任意两个卷积核，求出这个更大的卷积核。
    """,
    case=two_kernels,
    truth=both_by_autograd,
    hints=[
        (
            "How large must it be? Chapter 02 knows how far two layers see.",
            "它该有多大？两层能看多远，第 02 章已经讲过。",
        ),
        (
            "Send a picture through both that is black but for one dot in the middle, with enough black around it. What comes out, and why is it rotated?",
            "拿一张全黑、只有正中一个亮点的图像，四周留够黑边，让它依次通过两者。出来的是什么？为什么是旋转过的？",
        ),
        (
            "Write both as sums: `second[c, d]` meets `first[a, b]` on the picture cell a + c rows down and b + d columns to the right. Which cell of "
            "the large kernel do they belong to?",
            "把两者都写成求和：`second[c, d]` 与 `first[a, b]` 相遇在图像上往下 a + c 行、往右 b + d 列的那一格。它们的乘积归到大卷积核的哪一格？",
        ),
    ],
    mistakes=[
        NOT_TURNED.made_by(lambda first, second: by_torch(padded(first, second), second)),
        NOT_TURNED.made_by(lambda first, second: by_torch(padded(second, first), first)),
        ONE_AXIS.made_by(lambda first, second: by_torch(padded(first, second), second.flip(0))),
        ONE_AXIS.made_by(lambda first, second: by_torch(padded(first, second), second.flip(1))),
        Mistake(
            "answer to a dot",
            "That is what both make of a dot: the kernel turned by 180 degrees. Turn it back.",
            "这是两者对一个亮点的输出，也就是旋转了 180 度的卷积核。请把它转回来。",
            lambda first, second: both_by_autograd(first, second).flip(0, 1),
        ),
        Mistake(
            "rim of zeros",
            "There is a rim of zeros around it. Such a kernel is too large: the output would lose rows and columns.",
            "它的四周多了一圈零。这样的卷积核太大，输出会少掉几行几列。",
            lambda first, second: by_torch(padded(first, second, more=1), second.flip(0, 1)),
        ),
        Mistake(
            "padding axes exchanged",
            "Rows and columns are exchanged in the padding: `F.pad` begins with the last axis, (left, right, top, bottom).",
            "填充时把行和列弄反了：`F.pad` 从最后一个轴开始，次序是（左，右，上，下）。",
            lambda first, second: by_torch(
                F.pad(first, 2 * (len(second) - 1,) + 2 * (second.shape[1] - 1,)), second.flip(0, 1)
            ),
        ),
        Mistake(
            "as large as the first",
            "It is as large as the first kernel. Both together see further than each of them: pad on all sides.",
            "它只有第一个卷积核那么大。两个合起来比单独一个看得更远：四周都要填充。",
            lambda first, second: F.conv2d(first[None, None], second.flip(0, 1)[None, None], padding="same")[0, 0],
        ),
    ],
    because=(
        "Two kernels one after the other are one kernel, their true convolution with zeros around. It does not matter which of the two comes first.",
        "接连使用两个卷积核，等于使用一个：它就是这两个卷积核真正的卷积（四周补零）。谁先谁后都一样。",
    ),
)
def in_one(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The kernel K with corr2d(X, K) == corr2d(corr2d(X, first), second) for every X.

    >>> in_one(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, -1.0]]))
    tensor([[ 1.,  1., -2.]])
    """
    (h, w), (k_h, k_w) = first.shape, second.shape
    K = first.new_zeros(h + k_h - 1, w + k_w - 1)
    for c in range(k_h):
        for d in range(k_w):
            # The cell (c, d) of the second kernel sees what the whole first kernel sees from there.
            # zh: # 第二个卷积核的 (c, d) 这一格所看到的，就是把整个第一个卷积核放在那里所看到的。
            K[c : c + h, d : d + w] += second[c, d] * first
    return K
