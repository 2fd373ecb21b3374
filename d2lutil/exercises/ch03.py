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
    """The kernel of a linear map from images of that size to one number, found by autograd."""
    with torch.enable_grad():
        X = torch.zeros(rows, columns, requires_grad=True)
        return torch.autograd.grad(function(X).sum(), X)[0]


@exercise(
    effort="warm-up",
    en="""
        Find a kernel of two rows and one column whose output is positive where the image gets *brighter* from top to bottom.
    """,
    zh="""
        写一个两行一列的卷积核，使图像从上往下变**亮**的地方输出为正。
    """,
    case=lambda draw: (draw.tensor(*draw.sizes(2, 6)),),
    truth=lambda X: X.diff(dim=0),
    observe=lambda kernel, X: d2l.corr2d(X, kernel),
    hints=[
        (
            "Which of the two pixels needs a plus sign, so that the output is positive if the lower one is brighter?",
            "要使下面的像素更亮时输出为正，两个像素中哪一个该取正号？",
        ),
        (
            "The output is the lower pixel minus the upper one. The upper entry of the kernel multiplies the upper pixel.",
            "输出是下面的像素减去上面的像素。卷积核上面的元素乘以上面的像素。",
        ),
    ],
    mistakes=[
        Mistake(
            SIGN_REVERSED.name,
            "This kernel subtracts the lower pixel from the upper one. So its output is positive where the image gets darker from top to bottom.",
            "这个卷积核是上面减下面，所以从上往下变暗的地方，输出才为正。",
            lambda: torch.tensor([[1.0], [-1.0]]),
        ),
        Mistake(
            "left and right",
            "This kernel compares a pixel with its right-hand neighbour. To compare a pixel with the one below, it needs two rows and one column.",
            "这个卷积核比较的是左右两个像素。要比较上下两个像素，应当是两行一列。",
            lambda: torch.tensor([[-1.0, 1.0]]),
        ),
        Mistake(
            "added",
            "This kernel adds the two pixels, so its output shows how bright the image is, and not how it changes.",
            "这个卷积核把两个像素相加，它反映的是亮度，而不是变化。",
            lambda: torch.tensor([[1.0], [1.0]]),
        ),
    ],
)
def brighter_below() -> torch.Tensor:
    """A kernel of shape (2, 1); its output is the lower pixel minus the upper pixel.

    zh: 形状为 (2, 1) 的卷积核，输出是下面的像素减上面的像素。

    >>> d2l.corr2d(torch.tensor([[1.0, 5.0], [4.0, 3.0]]), brighter_below())
    tensor([[ 3., -2.]])
    """
    # Plus for the lower pixel, minus for the upper one.
    # zh: # 下面的像素取正号，上面的取负号。
    return torch.tensor([[-1.0], [1.0]])


BAND = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
LEFT_MINUS_RIGHT = torch.tensor([[1.0, -1.0]])


@prediction(
    en="""
        A white band, two pixels wide, runs diagonally over black: `[[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]`. What is the output of
        section 1's kernel `[[1, -1]]`? Work on paper first.
    """,
    zh="""
        黑底上有一条倾斜的白带，宽两个像素：`[[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]`。第 1 节的卷积核 `[[1, -1]]` 会输出什么？请先在纸上算。
    """,
    hints=[
        (
            "Take one row at a time, because the kernel compares only pixels of the same row. How many windows of two pixels fit into a row of four?",
            "一行一行地算：这个卷积核只比较同一行的像素。四个像素的一行里，放得下几个两像素宽的窗口？",
        ),
        (
            "The output is 1 where the row goes from white to black, -1 where it goes from black to white, and 0 elsewhere.",
            "一行里由白变黑处输出 1，由黑变白处输出 -1，其余地方输出 0。",
        ),
    ],
    because=(
        "From left to right, every row crosses the band: the output is -1 where the white begins and 1 where it ends. So this kernel responds to "
        "a diagonal edge, too, and from row to row the output moves by one position.",
        "每一行从左往右都会穿过白带：进入白色处输出 -1，离开白色处输出 1。可见这个卷积核对斜边缘也有响应，只是输出逐行错开一个位置。",
    ),
    mistakes=[
        Mistake(
            "sign reversed",
            "You took right minus left. The kernel takes a pixel and subtracts the pixel to its right.",
            "你算的是右边减左边。这个卷积核是取一个像素，减去它右边的像素。",
            lambda: by_torch(BAND, -LEFT_MINUS_RIGHT),
        ),
        Mistake(
            "kernel transposed",
            "That is the output of the transposed kernel, which subtracts the lower pixel from the upper one.",
            "这是转置后的卷积核的输出：上面的像素减下面的像素。",
            lambda: by_torch(BAND, LEFT_MINUS_RIGHT.T),
        ),
        Mistake(
            "sign dropped",
            "The positions are right, but the outputs at the two edges of the band have different signs.",
            "位置都对了，可是白带两条边缘处的输出符号不同。",
            lambda: by_torch(BAND, LEFT_MINUS_RIGHT).abs(),
        ),
    ],
)
def band_edges() -> torch.Tensor:
    """a list of rows, such as [[1, 2], [3, 4]]

    zh: 由各行组成的列表，例如 [[1, 2], [3, 4]]
    """
    X = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    return d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))


@choice(
    en="""
        Let `K = [[1, -1]]`. What is `corr2d(X.T, K)` for every image `X`, whichever way its edges run?
    """,
    zh="""
        设 `K = [[1, -1]]`。对任何图像 `X`，不论边缘朝哪个方向，`corr2d(X.T, K)` 是什么？
    """,
    options={
        "a": ("`corr2d(X, K).T`: the old output, transposed", "`corr2d(X, K).T`：原来的输出，再转置"),
        "b": (
            "`-corr2d(X, K)`: the old output, all signs reversed",
            "`-corr2d(X, K)`：原来的输出，正负号全部反过来",
        ),
        "c": (
            "`corr2d(X, K.T).T`: the output of the transposed kernel for `X`, transposed",
            "`corr2d(X, K.T).T`：转置后的卷积核对 `X` 的输出，再转置",
        ),
        "d": ("0 everywhere", "处处为 0"),
    },
    hints=[
        (
            "Transpose the band of exercise 2, and compare shapes first.",
            "把练习 2 的白带转置，先比较形状。",
        ),
        (
            "Two pixels side by side in the transposed image were above and below each other before. Which kernel compares such pixels?",
            "转置之后左右相邻的两个像素，原来是上下相邻的。比较上下的是哪个卷积核？",
        ),
    ],
    because=(
        "If image and kernel are both transposed, the output is transposed. So transposing the image alone gives the output of the "
        "transposed kernel for the old image, transposed. In the same way, transposing the kernel alone gives the same as transposing the image "
        "and then the output.",
        "图像和卷积核一起转置，输出也就转置。所以只转置图像，得到的就是转置后的卷积核对原图的输出，再转置。"
        "同样，只转置卷积核，等于先转置图像，再转置输出。",
    ),
    wrong={
        "a": (
            "That would be so if the kernel were transposed as well. If you transpose the image of section 1 alone, the output is 0 everywhere.",
            "卷积核也跟着转置时才是这样。如果只转置第 1 节的图像，输出处处为 0。",
        ),
        "b": (
            "The sign says whether the image gets brighter or darker. It does not say whether the kernel compares left with right or above with below. Compare the shapes, too: for the band of exercise 2 they are 4×2 and 3×3.",
            "正负号表示变亮还是变暗，并不表示比较的是左右还是上下。再比较一下形状：对练习 2 的白带，分别是 4×2 和 3×3。",
        ),
        "d": (
            "That is true if all edges of `X` are vertical. A diagonal edge is still diagonal after transposing, and the kernel responds to it.",
            "只有 `X` 的边缘都竖直时才是这样。斜边缘转置之后还是斜的，卷积核对它照样有响应。",
        ),
    },
)
def picture_on_its_side() -> str:
    X, K = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]]), torch.tensor([[1.0, -1.0]])
    transposed = d2l.corr2d(X.T, K)
    candidates = {
        "a": d2l.corr2d(X, K).T,
        "b": -d2l.corr2d(X, K),
        "c": d2l.corr2d(X, K.T).T,
        "d": torch.zeros_like(transposed),
    }
    # Only one of them is what comes out.
    # zh: # 其中只有一个与实际结果相同。
    return next(letter for letter, output in candidates.items() if transposed.equal(output))


@exercise(
    en="""
        The *second* difference along the width says how much the slope changes from one step to the next:
        $(X_{i,j+2} - X_{i,j+1}) - (X_{i,j+1} - X_{i,j})$. Which kernel computes it?
    """,
    zh="""
        沿宽度方向的**二阶**差分表示从一步到下一步斜率变了多少：$(X_{i,j+2} - X_{i,j+1}) - (X_{i,j+1} - X_{i,j})$。
        哪个卷积核能算出它？
    """,
    case=lambda draw: (draw.tensor(draw.size(1, 5), draw.size(3, 7)),),
    truth=lambda X: X.diff(n=2, dim=1),
    observe=lambda kernel, X: d2l.corr2d(X, kernel),
    hints=[
        ("Expand the brackets of the formula. How often does each of the three pixels occur?",
         "把式子里的括号展开。三个像素各出现了几次？"),
        ("The middle pixel is subtracted twice.", "中间的像素减了两次。"),
    ],
    mistakes=[
        Mistake(
            SIGN_REVERSED.name,
            "Every sign is reversed: the entry in the middle has to be negative.",
            "所有的符号都反了：中间的元素应当是负的。",
            lambda: torch.tensor([[-1.0, 2.0, -1.0]]),
        ),
        Mistake(
            "first difference",
            "That is a first difference, of two pixels that are two columns apart. It responds to every slope; here the output has to be 0 where the slope does not change.",
            "这是相隔两列的两个像素的一阶差分，它对任何斜坡都有响应；这里要求斜率不变时输出为 0。",
            lambda: torch.tensor([[-1.0, 0.0, 1.0]]),
        ),
        Mistake(
            "first difference",
            "That is a first difference, of two pixels that are two columns apart. It responds to every slope; here the output has to be 0 where the slope does not change.",
            "这是相隔两列的两个像素的一阶差分，它对任何斜坡都有响应；这里要求斜率不变时输出为 0。",
            lambda: torch.tensor([[1.0, 0.0, -1.0]]),
        ),
        Mistake(
            "middle only once",
            "The middle pixel is in both brackets, so it has to be subtracted twice. (The entries add up to 0.)",
            "中间的像素在两个括号里都有，要减两次。（各元素之和应为 0。）",
            lambda: torch.tensor([[1.0, -1.0, 1.0]]),
        ),
        Mistake(
            "other axis",
            "This kernel takes the second difference along the height. Along the width it needs one row and three columns.",
            "这个卷积核求的是沿高度方向的二阶差分。沿宽度方向，它应当是一行三列。",
            lambda: torch.tensor([[1.0], [-2.0], [1.0]]),
        ),
    ],
)  # fmt: skip
def second_difference() -> torch.Tensor:
    """A kernel of shape (1, 3) for the second difference along axis 1.

    zh: 形状为 (1, 3) 的卷积核，用来算沿轴 1 的二阶差分。

    >>> d2l.corr2d(torch.tensor([[0.0, 1.0, 2.0, 5.0, 9.0]]), second_difference())
    tensor([[0., 2., 1.]])
    """
    # (right - middle) - (middle - left) = left - 2 middle + right
    # zh: # （右 - 中）-（中 - 左）= 左 - 2 中 + 右
    return torch.tensor([[1.0, -2.0, 1.0]])


def main_diagonal_and_other(draw):
    """An image that is constant along each main diagonal, and one with a single edge that runs another way."""
    n, m = draw.sizes(3, 6)
    i, j = torch.arange(n)[:, None], torch.arange(m)
    along = draw.tensor(n + m - 1, low=0, high=3)[j - i + n - 1]
    place, last = draw.choice([(i + 0 * j, n - 1), (j + 0 * i, m - 1), (i + j, n + m - 2)])
    return along, (place >= draw.size(1, last)).float()


OTHER_DIAGONAL = Mistake(
    "other diagonal",
    "This kernel compares pixels along the other diagonal: its output is 0 at 45° edges from top right to bottom left.",
    "这个卷积核比较的是另一条对角线上的像素：遇到从右上到左下的 45° 边缘，它输出 0。",
    lambda: torch.tensor([[0.0, 1.0], [-1.0, 0.0]]),
)
ADDED = Mistake(
    "added",
    "The two pixels on the diagonal are added. To compare them, subtract one from the other.",
    "对角线上的两个像素被加在了一起。要比较它们，应当相减。",
    lambda: torch.tensor([[1.0, 0.0], [0.0, 1.0]]),
)
LEFT_AND_RIGHT = Mistake(
    "left and right",
    "This kernel compares left with right, and across a diagonal edge the image changes from left to right, too.",
    "这个卷积核比较的是左右，而穿过斜边缘时左右也在变化。",
    lambda: torch.tensor([[1.0, -1.0], [1.0, -1.0]]),
)
ABOVE_AND_BELOW = Mistake(
    "above and below",
    "This kernel compares above with below, and across a diagonal edge the image changes from top to bottom, too.",
    "这个卷积核比较的是上下，而穿过斜边缘时上下也在变化。",
    lambda: torch.tensor([[1.0, 1.0], [-1.0, -1.0]]),
)
BOTH_DIAGONALS = Mistake(
    "both diagonals",
    "The sum of the entries is 0, but the two pixels beside the diagonal can lie on different sides of an edge. Their entries have to be 0.",
    "各元素之和确实是 0，但对角线两旁的像素可能落到边缘的另一侧，它们对应的元素应当是 0。",
    lambda: torch.tensor([[1.0, -1.0], [-1.0, 1.0]]),
)
SEES_NOTHING = Mistake(
    "sees nothing",
    "This kernel responds to no edge at all. It has to respond to all edges except those that run at 45° from top left to bottom right.",
    "这个卷积核对什么边缘都没有响应。除了从左上到右下的 45° 边缘，对其他边缘都应当有响应。",
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
            f"It responds to a 45° edge from top left to bottom right, in the image {along.int().tolist()}.",
            f"在图像 {along.int().tolist()} 中，它对从左上到右下的 45° 边缘有响应。",
        )
    if not d2l.corr2d(other, kernel).abs().max() > 1e-4:
        return (
            f"It does not respond to the edge in the image {other.int().tolist()}.",
            f"它对图像 {other.int().tolist()} 中的边缘没有响应。",
        )
    return None


@exercise(
    en=r"""
        Find a $2\times 2$ kernel whose output is 0 at every edge that runs at 45° from top left to bottom right, and
        which responds to all other edges. The image `stripes` below has only edges of the first kind.
    """,
    zh=r"""
        写一个 $2\times 2$ 的卷积核：遇到从左上到右下的 45° 边缘，一律输出 0；对别的边缘都有响应。
        下面的图像 `stripes` 里只有前一种边缘。
    """,
    given="""
        stripes = ((torch.arange(8)[:, None] - torch.arange(8)) % 4 < 2).float()
        d2l.show_grids({"stripes": stripes})
        # zh: d2l.show_grids({"条纹": stripes})
    """,
    case=main_diagonal_and_other,
    accepts=blind_along_main_diagonal,
    hints=[
        ("Along such an edge nothing changes. So which two pixels of a window are always equal?",
         "沿着这样的边缘走，什么都不变。那么窗口里哪两个像素总是相等？"),
        ("Compare a pixel with the one diagonally below it to the right; the other two entries are 0.",
         "比较一个像素与它右下方的像素；另外两个元素是 0。"),
    ],
    mistakes=[OTHER_DIAGONAL, SEES_NOTHING, ADDED, LEFT_AND_RIGHT, ABOVE_AND_BELOW, BOTH_DIAGONALS],
)  # fmt: skip
def blind_to_main_diagonal() -> torch.Tensor:
    """A kernel of shape (2, 2): its output is zero on `stripes`, but not on `stripes.flip(1)` and not on `X` of section 1.

    zh: 形状为 (2, 2) 的卷积核：在 `stripes` 上输出为零，在 `stripes.flip(1)` 和第 1 节的 `X` 上不为零。

    >>> d2l.corr2d(torch.tensor([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]), blind_to_main_diagonal()).any()
    tensor(False)
    """
    # Along the edge, from a pixel to the one below it on the right, nothing changes.
    # zh: # 沿着边缘，从一个像素到它右下方的像素，什么都不变。
    return torch.tensor([[1.0, 0.0], [0.0, -1.0]])


@choice(
    en="""
        The entries of a blur add up to 1, those of an edge detector to 0. Let $t$ be the sum of a kernel's entries. Which sentence gives the reason, and holds for every kernel and every image?
    """,
    zh="""
        模糊核各元素之和为 1，边缘检测器各元素之和为 0。设卷积核各元素之和为 $t$。下面哪句话说出了这样取的原因，而且对任何卷积核、任何图像都成立？
    """,
    options={
        "a": (
            "with $t = 1$ the output is never brighter than the brightest pixel",
            "$t = 1$ 时，输出不会比图像最亮的像素更亮",
        ),
        "b": ("with $t = 1$ noise does not get stronger", "$t = 1$ 时，噪声不会变强"),
        "c": ("with $t = 0$ the output is 0 everywhere", "$t = 0$ 时，输出处处为 0"),
        "d": (
            "with any $t$, if 10 is added to every pixel value, $10t$ is added to every output",
            "不论 $t$ 是多少，每个像素值都加上 10，每个输出就都加上 $10t$",
        ),
    },
    hints=[
        (
            "For each sentence, look for a kernel that makes it false. Section 4 has such a kernel for two of the sentences; for another one, try `[[2, -1]]`.",
            "试着找出使某句话不成立的卷积核：其中两句，第 4 节里就有反例；还有一句，可以试试 `[[2, -1]]`。",
        ),
        (
            "The brighter image is the old one plus an image that is 10 everywhere, and the output is a sum: split it into two sums.",
            "变亮的图像等于原来的图像加上一张处处为 10 的图像，而输出是一个和：把它拆成两个和。",
        ),
    ],
    because=(
        "Each pixel value of the window becomes larger by 10 and is multiplied by its own entry, so 10 times the sum of the entries is added to the output. That is why "
        "a blur needs the sum 1: a wall stays as bright as it was. It is also why an edge detector needs the sum 0: on flat parts, black or "
        "white, its output is 0.",
        "窗口里每个像素值都加上 10，又各乘以对应的元素，所以输出加上的是 10 乘以各元素之和。模糊核的和要为 1，原因就在这里：墙有多亮，输出还是多亮。"
        "边缘检测器的和要为 0，也是这个道理：凡是平坦的地方，不论黑白，输出都是 0。",
    ),
    wrong={
        "a": (
            "That holds if no entry is negative. The sharpening kernel has the sum 1, but beside an edge between black and white its output is brighter than white.",
            "如果没有负的元素，确实如此。可是锐化核的和也是 1，在黑白分明的边缘旁边，它的输出却比白还亮。",
        ),
        "b": (
            "What counts for noise is the sum of the squared entries (section 3). `[[2, -1]]` has the sum 1 and makes noise stronger.",
            "噪声变强还是变弱，要看各元素的平方和（第 3 节）。`[[2, -1]]` 的和为 1，却会放大噪声。",
        ),
        "c": (
            "If that were so, no edge detector would find anything. The sum 0 makes the output 0 on flat parts.",
            "那样的话，边缘检测器就什么也找不到了。和为 0，只保证平坦的地方输出为 0。",
        ),
    },
)
def sum_of_a_kernel() -> str:
    step, noise = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[1.0, -1.0, 1.0, -1.0]])
    blur, sharpen = torch.tensor([[0.25, 0.5, 0.25]]), torch.tensor([[-1.0, 3.0, -1.0]])
    steep, edge = torch.tensor([[2.0, -1.0]]), torch.tensor([[1.0, -1.0]])
    true = {
        "a": d2l.corr2d(step, sharpen).max() <= step.max(),
        "b": d2l.corr2d(noise, steep).abs().max() <= noise.abs().max(),
        "c": not d2l.corr2d(step, edge).any(),
        "d": all(
            torch.allclose(d2l.corr2d(step + 10, K), d2l.corr2d(step, K) + 10 * K.sum())
            for K in (blur, sharpen, steep, edge)
        ),
    }
    # One counterexample is enough to refute a sentence; (d) follows from the definition, and is only tried here.
    # zh: # 一个反例就足以推翻一句话；(d) 由定义得出，这里只是试一试。
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
        *Unsharp masking* sharpens an image by adding its difference from a blurred copy. If the blur is
        the $3\times 3$ mean and the amount is $a$, the result is $X + a\,(X - \text{blur}(X))$. Write this operation as **one** kernel.
    """,
    zh=r"""
        **反锐化掩模**（unsharp masking）的做法是给原图加上原图与模糊图之差，使图像锐化。设模糊用 $3\times 3$ 的平均，强度为 $a$，
        结果就是 $X + a\,(X - \text{blur}(X))$，其中 blur 表示模糊。请把它写成**一个**卷积核。
    """,
    case=lambda draw: (draw.size(0, 40) / 4,),
    also=[(0.0,), (1.0,)],
    truth=lambda a: kernel_of(lambda X: unsharp_by_torch(a, X), 3, 3),
    hints=[
        (
            "Every part of the formula is the output of some kernel, even the image itself.",
            "式子的每一部分都是某个卷积核的输出，原图本身也是。",
        ),
        (
            "The image is the output of the kernel with 1 in the middle and 0 elsewhere. Cross-correlation is linear: do with the kernels "
            "what the formula does with the images.",
            "原图是正中为 1、其余为 0 的卷积核的输出。互相关是线性的：式子对图像做什么，就对卷积核做什么。",
        ),
    ],
    mistakes=[
        Mistake(
            "blur subtracted only",
            "That is X - a·blur(X). The formula adds a·X as well, so that the entries of the kernel add up to 1.",
            "这是 X - a·blur(X)。式子里还要加上 a·X，这样卷积核各元素之和才是 1。",
            lambda a: with_middle(1 - a / 9, -a / 9),
        ),
        Mistake(
            "blur instead",
            "This mixes the image with its blur, so it blurs. The blur has to be subtracted.",
            "这样是把原图与模糊图混在一起，得到的是模糊。应当减去模糊图。",
            lambda a: with_middle(1 - a + a / 9, a / 9),
        ),
        Mistake(
            "image forgotten",
            "That is the difference alone. The image has to be added, so that nothing changes when a = 0.",
            "这只是差的部分，还要加上原图：a = 0 时应当什么都不变。",
            lambda a: with_middle(a - a / 9, -a / 9),
        ),
        Mistake(
            "middle of the blur",
            "The mean includes the pixel in the middle, so a ninth of the amount is subtracted there, too. (The sum has to be 1.)",
            "求平均时正中的像素也算在内，所以那里也要减去强度的九分之一。（各元素之和应为 1。）",
            lambda a: with_middle(1 + a, -a / 9),
        ),
        Mistake(
            "mean of eight",
            "This takes the mean of the eight neighbours. The blur is the mean of all nine pixels.",
            "这里取的是八个邻居的平均。模糊是全部九个像素的平均。",
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
            "A number that is added to a tensor is added to every entry. The kernel that changes nothing has its 1 in the middle only.",
            "一个数与张量相加时，每个元素都会加上它。什么都不改的卷积核只在正中有 1。",
            lambda a: torch.full((3, 3), 1 + a - a / 9),
        ),
        Mistake(
            "not a mean",
            "The blur is a mean: its entries are 1/9, not 1.",
            "模糊是求平均：它的每个元素是 1/9，不是 1。",
            lambda a: with_middle(1, -a),
        ),
    ],
)
def unsharp(a: float) -> torch.Tensor:
    """A kernel of shape (3, 3) that sharpens by the amount a; unsharp(0) changes nothing.

    zh: 形状为 (3, 3) 的卷积核，按强度 a 锐化；unsharp(0) 什么都不改。

    >>> d2l.corr2d(torch.tensor([[0.0, 0.0, 9.0]]).repeat(3, 1), unsharp(2.0)).round()
    tensor([[-6.]])
    """
    # The kernel that changes nothing, and the blur. The formula can be applied to kernels instead of images.
    # zh: # 什么都不改的卷积核，以及模糊核。式子对图像作的运算，也可以对卷积核作。
    same, blur = torch.zeros(3, 3), torch.ones(3, 3) / 9
    same[1, 1] = 1
    return same + a * (same - blur)


def complex_sum(row, step):
    """The sum of the entries, each turned by `step` more than the entry before."""
    turns = step * torch.arange(len(row), dtype=torch.float64)
    return (row.double() * torch.exp(1j * turns)).sum()


def complex_gain(row, frequency):
    """The absolute value of the discrete-time Fourier transform at one frequency."""
    return complex_sum(row, 2 * math.pi * frequency).abs()


def row_and_frequency(draw):
    return draw.tensor(draw.size(1, 5), low=-3, high=3), draw.size(0, 10) / 20


@exercise(
    en=r"""
        Compute the gain (section 4) of a row of entries $k_0, k_1, \ldots$ at the frequency $f$, given in cycles per pixel: $\left|\sum_a k_a \, e^{2\pi i f a}\right|$.
    """,
    zh=r"""
        求一行元素 $k_0, k_1, \ldots$ 在频率 $f$（每像素的周期数）上的增益（第 4 节）：$\left|\sum_a k_a \, e^{2\pi i f a}\right|$。
    """,
    case=row_and_frequency,
    also=[(torch.tensor([1.0, -1.0]), 0.5), (torch.tensor([1.0, 2.0, 1.0]), 0.5), (torch.tensor([1.0, 1.0, 1.0]), 0.0)],
    truth=complex_gain,
    hints=[
        (
            "Split the exponential: $e^{ix} = \\cos x + i \\sin x$. So you need two sums of real numbers.",
            "把指数函数拆开：$e^{ix} = \\cos x + i \\sin x$。于是需要两个实数的和。",
        ),
        (
            "The absolute value of $u + iv$ is $\\sqrt{u^2 + v^2}$: `torch.hypot(u, v)`.",
            "$u + iv$ 的绝对值是 $\\sqrt{u^2 + v^2}$，即 `torch.hypot(u, v)`。",
        ),
    ],
    mistakes=[
        Mistake(
            "real part only",
            "You take only the cosine part. A kernel also shifts a sinusoid, so the sine part counts, too: take the square root of the sum of both squares.",
            "你只用了余弦部分。卷积核还会移动正弦波，所以正弦部分也要算：取两部分平方和的平方根。",
            lambda row, frequency: complex_sum(row, 2 * math.pi * frequency).real.abs(),
        ),
        Mistake(
            "2 pi forgotten",
            "A cycle is an angle of 2 pi. At frequency f the angle grows by 2 pi f from pixel to pixel.",
            "一个周期对应的角度是 2π。频率为 f 时，每过一个像素，角度增加 2πf。",
            lambda row, frequency: complex_sum(row, frequency).abs(),
        ),
        Mistake(
            "pi for 2 pi",
            "A cycle is an angle of 2 pi, not of pi: at half a cycle per pixel the sign changes from pixel to pixel.",
            "一个周期对应的角度是 2π，不是 π：频率为每像素半个周期时，每过一个像素就变一次号。",
            lambda row, frequency: complex_sum(row, math.pi * frequency).abs(),
        ),
        Mistake(
            "square of the gain",
            "That is the square of the gain. Take its square root.",
            "这是增益的平方，还要开方。",
            lambda row, frequency: complex_gain(row, frequency).square(),
        ),
        Mistake(
            "absolute values added",
            "You add the absolute values of the terms. Add the complex numbers first, and then take the absolute value.",
            "你把各项的绝对值加了起来。应当先把复数加起来，再取绝对值。",
            lambda row, frequency: row.abs().sum(),
        ),
    ],
    because=(
        "At f = 0 the gain is the absolute value of the sum. At f = 0.5 the entries are added with alternating signs: from one pixel to the next, the sinusoid changes sign, as the stripes of section 4 change from black to white.",
        "f = 0 时，增益就是各元素之和的绝对值。f = 0.5 时，各元素以交替的正负号相加：每过一个像素，正弦波就变一次号，正如第 4 节的条纹黑白交替。",
    ),
)
def gain_at(row: torch.Tensor, frequency: float) -> float:
    """The gain of a kernel of one row, given as a tensor of shape (k,), at a frequency in cycles per pixel.

    zh: 一行卷积核（形状为 (k,) 的张量）在某个频率上的增益，频率的单位是每像素的周期数。

    >>> round(gain_at(torch.tensor([1.0, -1.0]), 0.5), 4)
    2.0
    """
    # From pixel to pixel a sinusoid advances by this angle.
    # zh: # 每过一个像素，正弦波前进这么大的角度。
    angles = 2 * torch.pi * frequency * torch.arange(len(row), device=row.device)
    real, imaginary = (row * torch.cos(angles)).sum(), (row * torch.sin(angles)).sum()
    return torch.hypot(real, imaginary).item()


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
    "This kernel responds to changes at right angles to the arrow, and its output is 0 for changes along the arrow.",
    "这个卷积核对垂直于箭头的变化有响应，对沿箭头方向的变化反而输出 0。",
)
TANGENT = Mistake(
    "opposite directions confused",
    "`down / right` is the same for an arrow and for the opposite arrow, and it does not exist if `right` is 0. `atan2(down, right)` tells the two arrows apart. "
    "But if you divide by the length of the arrow, you need no angle at all.",
    "两个方向相反的箭头，`down / right` 相同；`right` 为 0 时它又没有意义。`atan2(down, right)` 才能区分这两个箭头。其实除以箭头的长度就行，用不着角度。",
)


def direction(draw):
    right, down = draw.size(-4, 4), draw.size(-4, 4)
    return (float(right), float(down)) if right or down else (1.0, -2.0)


@exercise(
    en="""
        An arrow points `right` pixels to the right and `down` pixels down; negative numbers mean the opposite direction. Mix the two Sobel kernels so that the output
        is 1 where the image gets brighter by 1 with every step of length 1 along the arrow, and 0 where the image changes only at right angles to the arrow. The
        length of the arrow must not matter.
    """,
    zh="""
        一个箭头向右 `right` 个像素，向下 `down` 个像素，负数表示相反的方向。求两个 Sobel 卷积核的线性组合，使输出满足：
        图像沿箭头方向每走一步（步长为 1）就变亮 1 时，输出 1；图像只在垂直于箭头的方向上变化时，输出 0。结果不应与箭头的长度有关。
    """,
    case=direction,
    also=[(1.0, 0.0), (0.0, 2.0), (-3.0, 0.0), (3.0, 4.0), (0.5, 0.0)],
    truth=slope_along,
    hints=[
        (
            "Section 5 mixes the two Sobel kernels with the cosine and the sine of an angle. What are these two numbers for your arrow?",
            "第 5 节以角度的余弦和正弦为系数，求两个 Sobel 卷积核的线性组合。对这个箭头，这两个系数各是多少？",
        ),
        (
            "Divide `right` and `down` by the length of the arrow: `math.hypot(right, down)`.",
            "把 `right` 和 `down` 都除以箭头的长度：`math.hypot(right, down)`。",
        ),
        (
            "On a ramp that rises by 1 from pixel to pixel, the output of a Sobel kernel is 8. Section 3 divides by this number.",
            "斜坡每像素升高 1 时，Sobel 卷积核输出 8；第 3 节除以了这个数。",
        ),
    ],
    mistakes=[
        Mistake(
            "length not divided out",
            "A longer arrow gives a larger output. Only the direction of the arrow may count: divide by its length.",
            "箭头越长，输出就越大。应当只与方向有关：要除以箭头的长度。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8,
        ),
        Mistake(
            "divided by the sum",
            "The length of an arrow is the square root of the sum of the squares, not the sum of its components.",
            "箭头的长度是平方和的平方根，而不是两个分量之和。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8 / (abs(right) + abs(down)),
        ),
        Mistake(
            "divided by the sum",
            "The length of an arrow is the square root of the sum of the squares, not the sum of its components.",
            "箭头的长度是平方和的平方根，而不是两个分量之和。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8 / (right + down),
        ),
        Mistake(
            "root forgotten",
            "You divide by the square of the length. Take the square root.",
            "你除以的是长度的平方。长度还要开平方。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / 8 / (right**2 + down**2),
        ),
        Mistake(
            "nothing divided out",
            "Divide by two more factors: the length of the arrow, and the 8 that is Sobel's output for a slope of 1.",
            "还要除以两个数：箭头的长度，以及斜率为 1 时 Sobel 的输出 8。",
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
            "The direction is right. But on a ramp that rises by 1 from pixel to pixel the output is 8: divide by it.",
            "方向是对的，但在每像素升高 1 的斜坡上，输出是 8：还要除以它。",
            lambda right, down: (right * SOBEL + down * SOBEL.T) / math.hypot(right, down),
        ),
    ],
)
def across(right: float, down: float) -> torch.Tensor:
    """A kernel of shape (3, 3) for the slope in the direction (right, down), which is not (0, 0).

    zh: 形状为 (3, 3) 的卷积核，给出沿方向 (right, down) 的斜率；这个方向不会是 (0, 0)。

    >>> 8 * across(0.0, 2.0)
    tensor([[-1., -2., -1.],
            [ 0.,  0.,  0.],
            [ 1.,  2.,  1.]])
    """
    sobel_x = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    # Divided by the arrow's length, right and down are the cosine and the sine of its angle.
    # zh: # 除以箭头的长度，right 和 down 就是角度的余弦和正弦。
    length = (right**2 + down**2) ** 0.5
    # For a slope of 1 Sobel gives 8.
    # zh: # 斜率为 1 时，Sobel 的输出是 8。
    return (right * sobel_x + down * sobel_x.T) / (8 * length)


def nth_difference(d):
    return torch.eye(d + 1).diff(n=d, dim=1).T


ORDER_ZERO = Mistake(
    "order zero",
    "From order 1 on it is right. The difference of order 0 is the image itself: which kernel of one entry changes nothing?",
    "从 1 阶起都对。0 阶差分就是图像本身：只有一个元素的卷积核里，哪个什么都不改？",
)


def far_difference(d):
    K = torch.zeros(1, d + 1)
    K[0, -1] += 1
    K[0, 0] -= 1
    return K


@exercise(
    en="""
        Exercise 4 took the difference of a difference. Continue in this way: which is the shortest kernel of one row that takes the difference along the
        width `d` times in succession, each time right minus left? How many entries does it need, and what is their sum?
    """,
    zh="""
        练习 4 求的是差分的差分。照这样继续下去：沿宽度方向连续作 `d` 次差分（每次都是右边减左边），可以由一个只有一行的卷积核一次完成，最短的是哪一个？
        它需要几个元素？各元素之和是多少？
    """,
    also=[(d,) for d in range(9)],
    truth=nth_difference,
    hints=[
        (
            "The difference of order d is the difference of the output of order d - 1. How many more pixels does it need?",
            "d 阶差分，就是对 d - 1 阶差分的输出再作一次差分。它要多用几个像素？",
        ),
        (
            "Let `K` be the kernel of order d - 1. Shift it by one entry to the right, and then subtract the `K` that stays where it is.",
            "设 `K` 是 d - 1 阶的卷积核。把它右移一位，再减去留在原处的 `K`。",
        ),
        (
            "Write down the kernels of orders 1, 2 and 3. Without their signs they are rows of Pascal's triangle.",
            "写出 1、2、3 阶的卷积核。不看正负号，它们就是杨辉三角的各行。",
        ),
    ],
    mistakes=[
        Mistake(
            "left minus right",
            "You subtract the right pixel from the left one, so for odd orders all signs are reversed. Subtract the left pixel from the right one.",
            "你用左边减右边，所以奇数阶的符号全反了。这里要用右边减左边。",
            lambda d: (-1) ** d * nth_difference(d),
        ),
        Mistake(
            "no signs",
            "The absolute values are right, but the signs have to alternate. With positive entries only, the kernel blurs.",
            "绝对值都对，但正负号应当交替。元素全为正，卷积核的作用就是模糊。",
            lambda d: nth_difference(d).abs(),
        ),
        Mistake(
            "one order too high",
            "That is one order too high: order 1 has two entries, and order 0 changes nothing.",
            "阶数多了 1：1 阶差分有两个元素，0 阶差分什么都不改。",
            lambda d: nth_difference(d + 1),
        ),
        ORDER_ZERO.made_by(lambda d: nth_difference(max(d, 1))),
        ORDER_ZERO.made_by(lambda d: nth_difference(d) if d else torch.zeros(1, 1)),
        Mistake(
            "pixels far apart",
            "That is one difference of pixels that are far apart. A difference of differences needs the pixels between them as well.",
            "这只是相隔很远的两个像素的一次差分。差分的差分还要用到中间的像素。",
            far_difference,
        ),
        Mistake(
            "alternating ones",
            "The signs are right, but the pixels in the middle occur in several differences, so they count more than once.",
            "符号是对的，但中间的像素在好几个差分里都出现，要算不止一次。",
            lambda d: nth_difference(d).sign(),
        ),
    ],
    because=(
        "Order d needs d + 1 entries: each further difference adds one entry. The entries are a row of Pascal's triangle with alternating signs, and from "
        "order 1 on they add up to 0.",
        "d 阶需要 d + 1 个元素：每多作一次差分就多一个元素。它们是杨辉三角的一行，正负交替；从 1 阶起，各元素之和为 0。",
    ),
)
def difference_kernel(d: int) -> torch.Tensor:
    """The shortest kernel of one row for the difference of order d >= 0; order 0 changes nothing.

    zh: 求 d 阶差分（d >= 0）的最短的一行卷积核；0 阶什么都不改。

    >>> difference_kernel(1)
    tensor([[-1.,  1.]])
    """
    # Order 0 changes nothing.
    # zh: # 0 阶什么都不改。
    K = torch.ones(1, 1)
    for _ in range(d):
        # The kernel shifted to the right minus the kernel where it is: one entry more.
        # zh: # 右移一位的卷积核减去原处的卷积核：多出一个元素。
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
    "The answer is a column of shape (rows, 1) and a row of shape (1, columns), in this order.",
    "要的是一列和一行，形状依次为（行数，1）和（1，列数）。",
)
DIVIDED_BY_ZERO = Mistake(
    "divided by zero",
    "You divide by a number that may be 0, such as an entry of the first row or the first column. Choose an entry that is not 0.",
    "你用作除数的数可能为 0，例如第一行或第一列里的某个元素。请选一个不为 0 的元素。",
)
WRONG_SIZE = Mistake(
    "size of the product",
    "The column and the row are right up to a factor: their product is a multiple of the kernel. A row and a column of the kernel share the entry "
    "where they cross, so divide one of them by this entry. (If you use `svd`, do not forget the singular value.)",
    "列和行只差一个系数：它们的乘积是卷积核的某个倍数。取自卷积核的一行和一列都含有它们相交处的那个元素，所以其中一个要除以这个元素。"
    "（用 `svd` 的话，别忘了奇异值。）",
)
ALL_ZERO = Mistake(
    "a row of zeros",
    "You take a row or a column that may be all 0. Choose one that is not.",
    "你取的那一行或那一列可能全是 0。请选一个不全为 0 的。",
)


def makes_the_kernel(parts, kernel):
    if not isinstance(parts, (tuple, list)) or len(parts) != 2:
        return "The answer is two tensors: a column and a row.", "要的是两个张量：一列和一行。"
    column, row = parts
    if not isinstance(column, torch.Tensor) or not isinstance(row, torch.Tensor):
        return "The answer is two tensors: a column and a row.", "要的是两个张量：一列和一行。"
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
        Take a separable kernel apart: find a column and a row whose product is the kernel.
    """,
    zh="""
        把一个可分离的卷积核拆开：求一列和一行，使它们的乘积等于这个卷积核。
    """,
    case=rank_one,
    also=[(torch.tensor([[0.0, 0.0, 0.0], [0.0, 1.0, -1.0], [0.0, 2.0, -2.0]]),), (torch.tensor([[-3.0]]),)],
    accepts=makes_the_kernel,
    hints=[
        (
            "Choose a row of the kernel that is not zero. Every row is a multiple of this row. Which multiple is each of them?",
            "任取卷积核的一个非零行，每一行都是它的倍数。那么各是几倍？",
        ),
        (
            "Take an entry that is not 0. Its row is the row that you need. Its column, divided by that entry, holds the multiples.",
            "取一个不为 0 的元素。它所在的行就是要求的行；它所在的列除以这个元素，就是各行的倍数。",
        ),
        (
            "The entry with the largest absolute value is a safe choice: `kernel.abs().argmax()`. Or use `torch.linalg.svd`: one singular value is not 0.",
            "取绝对值最大的元素最稳妥：`kernel.abs().argmax()`。也可以用 `torch.linalg.svd`：只有一个奇异值不为 0。",
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

    zh: 对秩为 1 的卷积核 (k_h, k_w)，给出一列 (k_h, 1) 和一行 (1, k_w)，使 `column @ row == kernel`。

    >>> column, row = take_apart(torch.tensor([[0.0, 0.0], [2.0, 4.0], [1.0, 2.0]]))
    >>> (column @ row).round()
    tensor([[0., 0.],
            [2., 4.],
            [1., 2.]])
    """
    # The entry with the largest absolute value is surely not 0.
    # zh: # 绝对值最大的元素肯定不为 0。
    i, j = divmod(int(kernel.abs().argmax()), kernel.shape[1])
    # Take its row, and for each row of the kernel the multiple of this row.
    # zh: # 取它所在的行；再看卷积核的每一行各是这一行的几倍。
    return kernel[:, j : j + 1] / kernel[i, j], kernel[i : i + 1]


def two_kernels(draw):
    return draw.tensor(*draw.sizes(1, 3), low=-3, high=3), draw.tensor(*draw.sizes(1, 3), low=-3, high=3)


def both_by_autograd(first, second):
    rows, columns = (a + b - 1 for a, b in zip(first.shape, second.shape, strict=True))
    return kernel_of(lambda X: by_torch(by_torch(X, first), second), rows, columns)


def padded(K, other, more=0):
    """K with as many zeros around it as the other kernel needs to slide over all of it."""
    h, w = other.shape[0] - 1 + more, other.shape[1] - 1 + more
    return F.pad(K, (w, w, h, h))


NOT_TURNED = Mistake(
    KERNEL_NOT_FLIPPED.name,
    "You slide one kernel over the other without rotating it. One of the two has to be rotated by 180 degrees first.",
    "一个卷积核是原样在另一个上面滑动的。应当先把其中一个旋转 180 度。",
)

ONE_AXIS = Mistake(
    "one axis flipped",
    "You reverse only one axis of the sliding kernel. A rotation by 180 degrees reverses both axes.",
    "滑动的那个卷积核只翻转了一条轴。旋转 180 度要把两条轴都翻转。",
)


@exercise(
    effort="takes a while",
    en="""
        Two kernels applied one after the other (say, a blur and the Laplacian) have the same effect as one larger kernel. Find the larger kernel for any two kernels.
    """,
    zh="""
        接连使用两个卷积核（例如先模糊，再用拉普拉斯卷积核），相当于使用一个更大的卷积核。请对任意两个卷积核，求出这个更大的卷积核。
    """,
    case=two_kernels,
    truth=both_by_autograd,
    hints=[
        (
            "How large must the kernel be? Chapter 02 computes the receptive field of two layers.",
            "它该有多大？两层的感受野，第 02 章已经算过。",
        ),
        (
            "Apply both to a unit impulse: an image that is 1 in the middle and 0 elsewhere, with enough zeros around the 1. What is the output, and why is it rotated?",
            "把两者依次用在单位脉冲上：正中为 1、其余为 0 的图像，四周有足够多的零。输出是什么？它为什么是旋转过的？",
        ),
        (
            "Write both cross-correlations as sums. The product of `first[a, b]` and `second[c, d]` multiplies one pixel, a + c rows down and b + d columns to the right. To which "
            "entry of the large kernel does this product belong?",
            "把两次互相关都写成求和。`first[a, b]` 与 `second[c, d]` 的乘积乘的是往下 a + c 行、往右 b + d 列的那个像素。这个乘积应当加到大卷积核的哪个元素上？",
        ),
    ],
    mistakes=[
        NOT_TURNED.made_by(lambda first, second: by_torch(padded(first, second), second)),
        NOT_TURNED.made_by(lambda first, second: by_torch(padded(second, first), first)),
        ONE_AXIS.made_by(lambda first, second: by_torch(padded(first, second), second.flip(0))),
        ONE_AXIS.made_by(lambda first, second: by_torch(padded(first, second), second.flip(1))),
        Mistake(
            "impulse response",
            "That is the response of the two kernels to a unit impulse, which is the large kernel rotated by 180 degrees. Rotate it back.",
            "这是两者对单位脉冲的响应，也就是旋转了 180 度的大卷积核。请把它转回来。",
            lambda first, second: both_by_autograd(first, second).flip(0, 1),
        ),
        Mistake(
            "rim of zeros",
            "Your kernel has a border of zeros, so it is too large: the output would lose rows and columns.",
            "你的卷积核四周多了一圈零，所以太大：输出会少掉几行几列。",
            lambda first, second: by_torch(padded(first, second, more=1), second.flip(0, 1)),
        ),
        Mistake(
            "padding axes exchanged",
            "Rows and columns are exchanged in the padding: `F.pad` begins with the last axis, (left, right, top, bottom).",
            "填充时行和列弄反了：`F.pad` 从最后一条轴开始，次序是（左，右，上，下）。",
            lambda first, second: by_torch(
                F.pad(first, 2 * (len(second) - 1,) + 2 * (second.shape[1] - 1,)), second.flip(0, 1)
            ),
        ),
        Mistake(
            "as large as the first",
            "Your kernel is only as large as the first one. Together the two kernels use more pixels than either of them alone: pad on all sides.",
            "你的卷积核只有第一个那么大。两个合起来用到的像素比单独一个多，所以四周都要填零。",
            lambda first, second: F.conv2d(first[None, None], second.flip(0, 1)[None, None], padding="same")[0, 0],
        ),
    ],
    because=(
        "Two kernels applied one after the other have the same effect as one kernel: their full convolution, which is computed with zeros all around. The order of the two kernels does not matter.",
        "接连使用两个卷积核，等于使用一个：它就是这两个卷积核的完全（full）卷积，计算时四周填零。谁先谁后都一样。",
    ),
)
def in_one(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The kernel K with corr2d(X, K) == corr2d(corr2d(X, first), second) for every X.

    zh: 对任何 X 都满足 corr2d(X, K) == corr2d(corr2d(X, first), second) 的卷积核 K。

    >>> in_one(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, -1.0]]))
    tensor([[ 1.,  1., -2.]])
    """
    (h, w), (k_h, k_w) = first.shape, second.shape
    K = first.new_zeros(h + k_h - 1, w + k_w - 1)
    for c in range(k_h):
        for d in range(k_w):
            # The entry (c, d) of the second kernel multiplies an output of the whole first kernel that is shifted by (c, d).
            # zh: # 第二个卷积核在 (c, d) 处的元素，乘的是整个第一个卷积核移动 (c, d) 之后的输出。
            K[c : c + h, d : d + w] += second[c, d] * first
    return K
