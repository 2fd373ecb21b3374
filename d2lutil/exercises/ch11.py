"""Exercises of chapter 11, layers on real images."""

import copy
import gc
import re
import weakref

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.parameter import is_lazy

import d2lutil as d2l

from ..i18n import say
from .engine import choice, exercise, prediction
from .engine.mistakes import Mistake


class Batched(list):
    """A list of batches (X, y) that is shown in a few words."""

    def __repr__(self) -> str:
        parts = [self[number][0] for number in range(len(self))]
        whole = ", ".join(f"X {tuple(X.shape)}: {_numbers(X)}" for X in parts)
        return (
            whole
            if len(whole) < 190
            else say("batches X of shapes ", "各批 X 的形状：") + str([tuple(X.shape) for X in parts])
        )

    def __deepcopy__(self, memo):
        # Not by iterating, and without the memo, which would keep every batch.
        return type(self)((self[number][0].clone(), self[number][1].clone()) for number in range(len(self)))


class Lent(Batched):
    """Batches that are only lent: it is an error to keep hold of more than half of them, or to copy as much."""

    weigh = False  # counting the memory takes a while: once, and only in the copy that the reader gets

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied.weigh = True
        return copied

    def __iter__(self):
        alive, before, lent = [], 0, 0
        for number in range(len(self)):
            X, y = self[number]
            if self.weigh and number == len(self) // 4:  # whoever keeps a little has it by now
                gc.collect()
                before, lent = _bytes_held(), 0
            too_much = sum(reference() is not None for reference in alive) > len(self) // 2
            if self.weigh and number == len(self) - 1:
                self.weigh = False
                too_much = too_much or _grown(before, lent / 2)
            if too_much:
                raise MemoryError(say("more is kept in memory with every batch", "每来一批，内存里留下的就更多"))
            yield _lend(X, alive), y
            lent += X.nbytes


def _grown(before: int, limit: float) -> bool:
    if _bytes_held() - before <= limit:
        return False
    gc.collect()  # what nobody can reach does not count
    return _bytes_held() - before > limit


def _bytes_held() -> int:
    """The size of all tensors that somebody holds on to; memory that several share counts once. Lazy layers have none."""
    things = gc.get_objects()
    kinds = {kind for kind in set(map(type, things)) if issubclass(kind, torch.Tensor)}  # a few, of very many things
    tensors = [thing for thing in things if type(thing) in kinds and not is_lazy(thing)]
    shared = [tensor.untyped_storage() for tensor in tensors if tensor.layout == torch.strided]
    return sum({memory.data_ptr(): memory.nbytes() for memory in shared}.values())


def _lend(X: torch.Tensor, alive: list) -> torch.Tensor:
    """A copy whose memory can be watched: views of it keep it alive as well."""
    memory = X.numpy().copy()
    alive.append(weakref.ref(memory))
    return torch.from_numpy(memory)


def _numbers(X: torch.Tensor) -> str:
    return re.sub(r"\d+\.\d+(e-?\d+)?", lambda number: f"{float(number[0]):.4g}", str(X.tolist()))


def batches_of(parts, kind=Batched):
    return kind((X, torch.zeros(len(X), dtype=torch.int64)) for X in parts)


def all_pictures(batches):
    """All pictures at once, also of batches that are only lent."""
    return torch.cat([batches[number][0] for number in range(len(batches))])


@exercise(
    effort="warm-up",
    en="""
        How many pictures are in the last batch?
    """,
    zh="""
        最后一批有几张图像？
    """,
    case=lambda draw: (draw.size(1, 40), draw.size(1, 12)),
    also=[(520, 64), (10_000, 64), (128, 64), (5, 8), (7, 1)],
    truth=lambda pictures, batch_size: len(torch.arange(pictures).split(batch_size)[-1]),
    hints=[
        (
            "Try 10 pictures, 4 at a time. Then try 8 pictures, 4 at a time: is the last batch empty?",
            "先试 10 张、每批 4 张，再试 8 张、每批 4 张：最后一批是空的吗？",
        ),
        (
            "The remainder `pictures % batch_size` is right, except where nothing remains: then the last batch is full.",
            "余数 `pictures % batch_size` 是对的，除非恰好除尽：那时最后一批是满的。",
        ),
    ],
    mistakes=[
        Mistake(
            "empty last batch",
            "Where the pictures fill all batches exactly, the last one is full, not empty.",
            "图像恰好装满每一批时，最后一批是满的，不是空的。",
            lambda pictures, batch_size: pictures % batch_size,
        ),
        Mistake(
            "batches counted",
            "That is the number of batches. Asked is how many pictures are in the last one.",
            "这是批数。题目问的是最后一批有几张图像。",
            lambda pictures, batch_size: -(-pictures // batch_size),
        ),
        Mistake(
            "missing pictures",
            "So many pictures are missing in the last batch. How many are there?",
            "这是最后一批还缺的张数。那么它有几张呢？",
            lambda pictures, batch_size: -pictures % batch_size,
        ),
        Mistake(
            "always full",
            "The last batch is not always full: it holds what is left.",
            "最后一批不一定是满的：剩几张就是几张。",
            lambda pictures, batch_size: batch_size,
        ),
    ],
)
def last_batch(pictures: int, batch_size: int) -> int:
    """Pictures in the last batch.

    >>> last_batch(520, 64)
    8
    """
    # Without the very last picture, the remainder is 0 to batch_size - 1; that picture makes it 1 to batch_size.
    # zh: # 先不算最后一张，余数是 0 到 batch_size - 1；加上这一张，就是 1 到 batch_size。
    return (pictures - 1) % batch_size + 1


@prediction(
    en=r"""
        Close the book for a moment. A batch of 64 colour pictures of $32\times 32$ goes through `nn.Conv2d(3, 6, 3)`, and the same pictures
        go, on a way of their own, through `nn.MaxPool2d(3, ceil_mode=True)`. Which two shapes come out?
    """,
    zh=r"""
        先别往回翻。一批 64 张 $32\times 32$ 的彩色图像送进 `nn.Conv2d(3, 6, 3)`；同样这批图像再单独送进
        `nn.MaxPool2d(3, ceil_mode=True)`。两个输出各是什么形状？
    """,
    hints=[
        (
            "Four axes each: batch, channels, rows, columns. Which of them does a convolution change, and which does pooling?",
            "各有四条轴：批量、通道、行、列。卷积会改变其中哪些？汇聚呢？",
        ),
        (
            "A kernel of 3 rows fits into 32 rows in 30 places. Pooling takes the channels one by one, in windows 3 rows apart.",
            "3 行的卷积核在 32 行里有 30 个位置。汇聚对每个通道单独进行，窗口每次移动 3 行。",
        ),
        (
            "32 = 10 · 3 + 2: what does `ceil_mode=True` do with the 2 rows that remain?",
            "32 = 10 · 3 + 2：剩下的 2 行，`ceil_mode=True` 会怎样处理？",
        ),
    ],
    because=(
        "The convolution has 6 kernels and 30 places along each axis. Pooling keeps the 3 channels; 10 whole windows and one cut short make 11.",
        "卷积有 6 个卷积核，每个轴上 30 个位置。汇聚保留 3 个通道；10 个完整的窗口加上不完整的一个，共 11 个。",
    ),
    mistakes=[
        Mistake(
            "ceil mode ignored",
            "The convolution is right. In pooling `ceil_mode=True` keeps the window that is cut short.",
            "卷积是对的。汇聚时，`ceil_mode=True` 会留下不完整的那个窗口。",
            lambda: [[64, 6, 30, 30], list(F.max_pool2d(torch.zeros(64, 3, 32, 32), 3).shape)],
        ),
        Mistake(
            "one after the other",
            "You have pooled the convolution's output. Here the pooling gets the pictures themselves.",
            "你汇聚的是卷积的输出。这里送进汇聚层的是图像本身。",
            lambda: [[64, 6, 30, 30], list(F.max_pool2d(torch.zeros(64, 6, 30, 30), 3, ceil_mode=True).shape)],
        ),
        Mistake(
            "stride one",
            "A pooling window moves by its own size, unless you say otherwise; only the convolution's moves by one.",
            "没有另外说明时，汇聚窗口每次移动自身的大小；每次移动一格的是卷积。",
            lambda: [[64, 6, 30, 30], list(F.max_pool2d(torch.zeros(64, 3, 32, 32), 3, stride=1).shape)],
        ),
        Mistake(
            "batch left out",
            "The numbers are right. The batch is an axis as well: the first of four.",
            "数值是对的。批量也是一条轴，是四条轴中的第一条。",
            lambda: [[6, 30, 30], [3, 11, 11]],
        ),
        Mistake(
            "exchanged",
            "The two shapes are exchanged: the convolution's comes first.",
            "两个形状写反了：卷积的在前。",
            lambda: [[64, 3, 11, 11], [64, 6, 30, 30]],
        ),
        Mistake(
            "padding imagined",
            "Without padding the convolution loses one row and one column on each side.",
            "没有填充，卷积的输出在每一侧都会少一行或一列。",
            lambda: [[64, 6, 32, 32], [64, 3, 11, 11]],
        ),
    ],
)
def two_shapes() -> list[list[int]]:
    """the convolution's shape, then the pooling's, such as [[1, 2, 3, 4], [5, 6, 7, 8]]"""
    pictures = torch.zeros(64, 3, 32, 32)
    convolved = F.conv2d(pictures, torch.zeros(6, 3, 3, 3))
    pooled = nn.MaxPool2d(3, ceil_mode=True)(pictures)
    return [list(convolved.shape), list(pooled.shape)]


@choice(
    en="""
        For a batch of 64 pictures a layer gives six maps each, shape $(64, 6, 30, 30)$. In a program you read
        `maps.reshape(-1, 3, 30, 30)`, and beside it the remark "now 3 channels". What has really happened?
    """,
    zh="""
        一批 64 张图像，某层给每张算出六个特征图，形状为 $(64, 6, 30, 30)$。你在一个程序里读到
        `maps.reshape(-1, 3, 30, 30)`，旁边注着“现在是 3 个通道”。究竟发生了什么？
    """,
    options={
        "a": (
            "the last three maps of each sample are gone, the first three have become red, green and blue",
            "每个样本的后三个特征图没有了，前三个成了红、绿、蓝",
        ),
        "b": ("neighbouring maps are averaged, two and two, and three remain", "相邻的特征图两两平均，剩下三个"),
        "c": (
            "each sample has become two pictures in false colours, of three maps each; not one channel has been removed",
            "每个样本变成了两张假彩色图，各含三个特征图；通道一个也没有去掉",
        ),
        "d": (
            "each sample has become two pictures, one of the even maps and one of the odd maps",
            "每个样本变成了两张图，一张是偶数号的特征图，一张是奇数号的",
        ),
    },
    hints=[
        (
            "How many numbers are there before, and how many after?",
            "改变形状之前有多少个数？之后呢？",
        ),
        (
            "`reshape` takes the numbers in their order in memory: map 0 of sample 0, then map 1, and so on. Three maps fill a picture.",
            "`reshape` 按内存中的顺序取数：先是样本 0 的第 0 个特征图，再是第 1 个，依此类推。每三个装满一张图。",
        ),
    ],
    because=(
        "128 · 3 = 64 · 6: all maps are still there, in their old order. Only the border between the pictures has moved, and so every sample "
        "has become two pictures in false colours.",
        "128 · 3 = 64 · 6：特征图一张不少，顺序也没变。变的只是图与图之间的分界，于是每个样本成了两张假彩色图。",
    ),
    wrong={
        "a": (
            "Then half of the numbers would be gone. Count them: a reshape never drops any.",
            "那样就有一半的数不见了。数一数吧：改变形状从不丢掉任何一个数。",
        ),
        "b": (
            "A reshape does not calculate. No number changes, they are only counted off in another way.",
            "改变形状不做任何计算。数都没有变，只是分组的方式变了。",
        ),
        "d": (
            "Two pictures for each sample, yes. But the maps keep their order: 0, 1, 2 come first.",
            "每个样本确实变成两张图，但特征图的顺序不变：先是 0、1、2。",
        ),
    },
)
def what_the_trick_does() -> str:
    # Every number is different, so that it can be found again.
    # zh: # 每个数都不相同，这样才认得出它去了哪里。
    maps = torch.arange(64 * 6 * 30 * 30.0).reshape(64, 6, 30, 30)
    claims = {
        "a": maps[:, :3],
        "b": (maps[:, 0::2] + maps[:, 1::2]) / 2,
        "c": torch.stack([maps[:, :3], maps[:, 3:]], dim=1).flatten(0, 1),
        "d": torch.stack([maps[:, 0::2], maps[:, 1::2]], dim=1).flatten(0, 1),
    }
    true = [letter for letter, claim in claims.items() if claim.equal(maps.reshape(-1, 3, 30, 30))]
    return true[0]


def owner_by_reshaping(picture, channels):
    """Every map carries the number of its sample, and its own."""
    samples = torch.arange(picture + 1).repeat_interleave(channels).reshape(-1, 3)
    maps = torch.arange(channels).repeat(picture + 1).reshape(-1, 3)
    return samples[picture, 0].item(), maps[picture, 0].item()


@exercise(
    en="""
        Somebody used the trick on a layer with another number of output channels, some multiple of 3. Which sample does a picture of the result
        belong to, and which is the first of its three maps?
    """,
    zh="""
        有人对一个输出通道数不同的层用了这个花招，通道数是 3 的倍数。结果中的某一张图属于哪个样本？它的三个特征图中，第一个是几号？
    """,
    case=lambda draw: (draw.size(0, 20), 3 * draw.size(1, 5)),
    also=[(5, 6), (4, 6), (7, 9), (11, 12), (10, 3), (13, 15)],
    truth=owner_by_reshaping,
    hints=[
        (
            "How many maps lie before the first map of this picture, counted over all samples?",
            "把所有样本的特征图连着数，这张图的第一个特征图之前有多少个？",
        ),
        (
            "Before picture 5 lie 15 maps. With 6 maps a sample, how many whole samples is that, and how many maps remain?",
            "第 5 张图之前有 15 个特征图。每个样本 6 个，这是几个完整的样本，还剩几个？",
        ),
        ("Python's `divmod` gives both numbers at once.", "Python 的 `divmod` 一次给出这两个数。"),
    ],
    mistakes=[
        Mistake(
            "picture taken for sample",
            "The pictures are not the samples: each sample has become several pictures.",
            "图并不就是样本：每个样本变成了好几张图。",
            lambda picture, channels: (picture, 0),
        ),
        Mistake(
            "always two pictures",
            "Two pictures for each sample are right for 6 channels only. Here there are more, or fewer.",
            "每个样本两张图，只在 6 个通道时才对。这里的通道数可能更多，也可能更少。",
            lambda picture, channels: (picture // 2, picture % 2 * 3),
        ),
        Mistake(
            "picture within the sample",
            "The sample is right. The second number says which picture of the sample it is; asked is its first map, and each picture has three.",
            "样本是对的。第二个数是这张图在样本中的序号；题目要的是它的第一个特征图的编号，而每张图有三个特征图。",
            lambda picture, channels: divmod(picture, channels // 3),
        ),
        Mistake(
            "maps counted as pictures",
            "You divide pictures by maps. Each picture holds three maps: count maps on both sides.",
            "你用图的序号除以特征图的个数。每张图含三个特征图，两边都要按特征图来数。",
            lambda picture, channels: divmod(picture, channels),
        ),
        Mistake(
            "exchanged",
            "The two numbers are exchanged: the sample comes first.",
            "两个数写反了：样本在前。",
            lambda picture, channels: (3 * picture % channels, 3 * picture // channels),
        ),
    ],
)
def owner(picture: int, channels: int) -> tuple[int, int]:
    """(sample, first map) of a picture of maps.reshape(-1, 3, h, w), counted from 0.

    >>> owner(5, 6)
    (2, 3)
    """
    # 3 * picture maps lie before this picture; every sample takes up `channels` of them.
    # zh: # 这张图之前有 3 * picture 个特征图；每个样本占其中 channels 个。
    return divmod(3 * picture, channels)


@choice(
    en="""
        You write map 1 of section 3's layer into the diary as it is, one grey picture for each sample, and find black squares. Why must a map be scaled
        before it is shown?
    """,
    zh="""
        你把第 3 节那个层的第 1 个特征图原样写进日记，每个样本一张灰度图，结果看到的是一个个黑方块。为什么特征图要先定好刻度再显示？
    """,
    options={
        "a": (
            "its answers lie between 0 and 1, and a screen wants numbers up to 255",
            "它的输出在 0 与 1 之间，而屏幕要的数最大到 255",
        ),
        "b": ("the layer has answered 0 everywhere: it is untrained", "这个层没有训练过，输出处处是 0"),
        "c": (
            "nearly all its answers lie below 0, and all that is written as the same black",
            "它的输出差不多处处小于 0，写出来都是同样的黑",
        ),
        "d": (
            "many of its answers lie above 1, and too large a number becomes black",
            "它有很多输出大于 1，太大的数就变成黑",
        ),
    },
    hints=[
        (
            "Section 3 counts how much of each map can be seen. Where do the answers lie that cannot?",
            "第 3 节数过每个特征图看得见的部分。看不见的那些值落在哪里？",
        ),
        (
            "Look at `maps[:, 1].min()`, `maps[:, 1].max()` and the share `(maps[:, 1] < 0).double().mean()`.",
            "看看 `maps[:, 1].min()`、`maps[:, 1].max()` 和比例 `(maps[:, 1] < 0).double().mean()`。",
        ),
    ],
    because=(
        "Nearly every answer of this map is negative, and `add_images` writes everything below 0 as black. Middle grey for 0 and a scale that "
        "fits the strongest answer make both signs visible.",
        "这个特征图的输出几乎处处为负，而 `add_images` 把小于 0 的一律写成黑。让 0 成为中灰，再按最强的响应定刻度，正负就都看得见了。",
    ),
    wrong={
        "a": (
            "A writer takes bytes for 0 to 255, but all other numbers for 0 to 1. And this map does not stay between 0 and 1.",
            "字节按 0 到 255 写，其他类型的数按 0 到 1 写，不必换算。何况这个特征图的值并不在 0 与 1 之间。",
        ),
        "b": (
            "The map is full of different numbers. They only look alike once they are written.",
            "这个特征图里全是各不相同的数，只是写出来之后看上去一样。",
        ),
        "d": (
            "Too large a number would become full light, not black; and this map has none above 1.",
            "太大的数会写成最亮，而不是黑；何况这个特征图没有大于 1 的值。",
        ),
    },
)
def why_black() -> str:
    # The layer of section 3, on a whole photograph.
    # zh: # 第 3 节的那个层，用在整张照片上。
    torch.manual_seed(0)
    with torch.no_grad():
        answers = nn.Conv2d(3, 6, 3)(d2l.photo("flower"))[1]
    reasons = {
        "a": answers.min() >= 0 and answers.max() <= 1,
        "b": (answers == 0).all(),
        "c": (answers < 0).double().mean() > 0.9,
        "d": (answers > 1).any(),
    }
    true = [letter for letter, reason in reasons.items() if reason]
    return true[0]


@exercise(
    en="""
        A contact sheet: put the maps of one sample beside each other into one wide picture, without a loop.
    """,
    zh="""
        拼版：把一个样本的各个特征图并排放进一张宽图，不用循环。
    """,
    case=lambda draw: (draw.tensor(draw.size(1, 4), *draw.sizes(1, 5)),),
    truth=lambda maps: torch.cat(list(maps), dim=1),
    loops=False,
    hints=[
        (
            "A row of the sheet holds row `i` of map 0, then row `i` of map 1, and so on. So which axis must come first?",
            "宽图的一行，先是第 0 个特征图的第 `i` 行，接着是第 1 个特征图的第 `i` 行，依此类推。那么哪条轴应当排在最前面？",
        ),
        (
            "In the order (height, maps, width) the last two axes lie as the sheet wants them; now make one axis of the two.",
            "按（高，特征图，宽）的顺序，后两条轴正是宽图要的次序；再把这两条轴合成一条。",
        ),
        ("`transpose(0, 1)`, then `flatten(1)`.", "先 `transpose(0, 1)`，再 `flatten(1)`。"),
    ],
    mistakes=[
        Mistake(
            "reshaped too early",
            "The shape is right, but a reshape reads map after map. Bring the rows to the front first.",
            "形状对了，但改变形状是一个特征图接一个特征图地读。要先把行换到最前面。",
            lambda maps: maps.reshape(maps.shape[1], -1),
        ),
        Mistake(
            "one below the other",
            "The maps stand one below the other. They shall stand beside each other.",
            "特征图是上下排列的。题目要它们左右并排。",
            lambda maps: maps.flatten(0, 1),
        ),
        Mistake(
            "columns mixed",
            "The columns of the maps alternate. Each map shall stay in one piece.",
            "各特征图的列交错在一起了。每个特征图应当保持完整。",
            lambda maps: maps.permute(1, 2, 0).flatten(1),
        ),
        Mistake(
            "from right to left",
            "The maps stand in reverse: map 0 belongs to the left.",
            "特征图的顺序反了：第 0 个应在最左边。",
            lambda maps: maps.flip(0).transpose(0, 1).flatten(1),
        ),
    ],
)
def side_by_side(maps: torch.Tensor) -> torch.Tensor:
    """Maps of shape (maps, height, width) as one picture of shape (height, maps * width), map 0 on the left.

    >>> side_by_side(torch.arange(6.0).reshape(3, 2, 1))
    tensor([[0., 2., 4.],
            [1., 3., 5.]])
    """
    # Rows first; then each row holds the maps one after the other, as the sheet does.
    # zh: # 先让行排在最前面；这样每一行里各特征图依次相接，正如宽图那样。
    return maps.transpose(0, 1).flatten(1)


def what_counts(patch, weight):
    """The patch without what is free: cells with the weight 0 may hold anything from 0 to 1."""
    if patch.shape != weight.shape:
        return patch
    free = (weight == 0) & (patch >= 0) & (patch <= 1)
    return torch.where(free, torch.zeros_like(weight), patch.to(weight.dtype))


def liked_cells(weight):
    """Show the layer every patch with a single bright cell: which of them does a kernel answer positively?"""
    cells = torch.eye(weight[0].numel(), dtype=weight.dtype).reshape(-1, *weight.shape[1:])
    answers = F.conv2d(cells, weight)[:, :, 0, 0]
    return (answers.T > 0).reshape(weight.shape).to(weight.dtype)


@exercise(
    en="""
        What does a kernel of the first layer like best? Of all patches with values between 0 and 1, find one to which its answer is largest.
    """,
    zh="""
        第一层的卷积核最喜欢什么？在所有取值介于 0 与 1 之间的小块中，找出一块，使它的输出最大。
    """,
    case=lambda draw: (draw.tensor(draw.size(1, 3), draw.size(1, 3), *draw.sizes(1, 3)),),
    also=lambda: [
        (torch.tensor([[[[1.0, 4.0], [2.0, 3.0]]]]),),
        (torch.tensor([[[[-1.0, -4.0], [-2.0, -3.0]]]]),),
    ],
    truth=liked_cells,
    observe=what_counts,
    types=False,
    hints=[
        (
            "Every cell of the patch is multiplied with one weight, and you may choose each cell for itself.",
            "小块的每一格都只与一个权重相乘，每一格都可以单独选。",
        ),
        (
            "With the weight 0.5, does light raise the answer or lower it? And with the weight -2?",
            "权重是 0.5 时，亮光会提高输出还是降低输出？权重是 -2 时呢？",
        ),
    ],
    mistakes=[
        Mistake(
            "the kernel itself",
            "You show the kernel as an image. The patch with the largest response has more contrast: every pixel is 0 or 1.",
            "你画的是卷积核本身。让它输出最大的小块反差还要大：每一格不是 0 就是 1。",
            lambda weight: (
                (weight - weight.amin(dim=(1, 2, 3), keepdim=True))
                / (weight.amax(dim=(1, 2, 3), keepdim=True) - weight.amin(dim=(1, 2, 3), keepdim=True))
            ),
        ),
        Mistake(
            "the kernel itself",
            "You show the kernel as a picture. Its favourite has more contrast still: every cell is as bright or as dark as it can be.",
            "你画的是卷积核本身。它最喜欢的小块反差还要大：每一格都要么最亮，要么最暗。",
            lambda weight: 0.5 + weight / (2 * weight.abs().amax(dim=(1, 2, 3), keepdim=True)),
        ),
        Mistake(
            "all bright",
            "Where the weight is negative, light lowers the answer.",
            "权重为负的地方，有光反而会降低输出。",
            lambda weight: torch.ones_like(weight),
        ),
        Mistake(
            "least liked",
            "That is the patch which it likes least: the answer is the smallest.",
            "这是它最不喜欢的小块：输出最小。",
            lambda weight: (weight < 0).to(weight.dtype),
        ),
        Mistake(
            "weights for light",
            "The cells are chosen well, but light is not measured by the weight: every one that helps may be as bright as 1.",
            "格子选对了，但亮度不该由权重决定：凡是有帮助的格，都可以亮到 1。",
            lambda weight: weight.clamp(min=0),
        ),
        Mistake(
            "darker than black",
            "The values lie between 0 and 1: there is nothing darker than 0.",
            "取值在 0 与 1 之间：没有比 0 更暗的了。",
            lambda weight: weight.sign(),
        ),
        Mistake(
            "above the mean",
            "You compare with the mean. Every weight above 0 makes light useful, the smallest as well.",
            "你是与平均值比较的。只要权重大于 0，光就有用，再小的权重也一样。",
            lambda weight: (weight > weight.mean()).to(weight.dtype),
        ),
        Mistake(
            "magnitude",
            "A large negative weight is no reason for light: the sign decides, not the size.",
            "负的权重再大也不该给光：起决定作用的是符号，不是大小。",
            lambda weight: (weight.abs() > weight.abs().mean()).to(weight.dtype),
        ),
        Mistake(
            "one cell only",
            "Only the largest weight gets light. Every positive weight raises the answer.",
            "只有最大的权重得到了光。每个正的权重都会提高输出。",
            lambda weight: (weight == weight.amax(dim=(1, 2, 3), keepdim=True)).to(weight.dtype),
        ),
    ],
)
def favourite(weight: torch.Tensor) -> torch.Tensor:
    """Weights (kernels, channels, height, width): for each kernel its patch, in the same shape.

    >>> favourite(torch.tensor([[[[0.5, -2.0]]]]))
    tensor([[[[1., 0.]]]])
    """
    # Full light where it raises the answer, darkness where it lowers it.
    # zh: # 光能提高输出的地方取最亮，会降低输出的地方取全黑。
    return (weight > 0).to(weight.dtype)


@prediction(
    en=r"""
        Pictures of 32, of 31 and of 30 rows go through max pooling with windows of $3\times 3$, once with `ceil_mode=True` and once without. How many rows come out each
        time?
    """,
    zh=r"""
        32 行、31 行、30 行的图像，各做两次窗口为 $3\times 3$ 的最大汇聚，一次设 `ceil_mode=True`，一次不设。每次输出几行？
    """,
    hints=[
        (
            "How many whole windows of 3 rows, side by side, fit into 32, 31 and 30 rows? How many rows remain?",
            "32、31、30 行里，各能并排放下几个 3 行的完整窗口？各剩几行？",
        ),
        (
            "`ceil_mode=True` opens one more window as soon as one row remains. And if none remains?",
            "只要还剩一行，`ceil_mode=True` 就会多开一个窗口。要是一行也不剩呢？",
        ),
    ],
    because=(
        "32 = 10 · 3 + 2, 31 = 10 · 3 + 1, 30 = 10 · 3. A window that is cut short is kept with `ceil_mode=True`, however short; where "
        "nothing remains, there is none to keep.",
        "32 = 10 · 3 + 2，31 = 10 · 3 + 1，30 = 10 · 3。设 `ceil_mode=True` 时，不完整的窗口无论剩多少都会留下；一行不剩，也就没有可留的。",
    ),
    mistakes=[
        Mistake(
            "always one more",
            "With 30 rows nothing remains after the tenth window: `ceil_mode=True` rounds up, it does not add one.",
            "30 行时，第十个窗口之后什么也不剩：`ceil_mode=True` 是向上取整，不是加一。",
            lambda: [[11, 10], [11, 10], [11, 10]],
        ),
        Mistake(
            "rounded",
            "For 31 rows one row remains. It is enough: `ceil_mode=True` rounds up, however little there is.",
            "31 行时还剩一行。这就够了：`ceil_mode=True` 是向上取整，剩得再少也算。",
            lambda: [[round(n / 3), n // 3] for n in (32, 31, 30)],
        ),
        Mistake(
            "exchanged",
            "The pairs are the wrong way round: with `ceil_mode=True` comes first.",
            "每一对的次序写反了：设 `ceil_mode=True` 的在前。",
            lambda: [[n // 3, -(-n // 3)] for n in (32, 31, 30)],
        ),
        Mistake(
            "stride one",
            "The window of a pooling layer moves by its own size, here 3 rows.",
            "汇聚层的窗口每次移动自身的大小，这里是 3 行。",
            lambda: [[n - 2, n - 2] for n in (32, 31, 30)],
        ),
        Mistake(
            "not in pairs",
            "The numbers are right. Write them in three pairs, one for 32, one for 31 and one for 30 rows.",
            "数值是对的。请写成三对，分别对应 32 行、31 行和 30 行。",
            lambda: [11, 10, 11, 10, 10, 10],
        ),
        Mistake(
            "not in pairs",
            "The numbers are right. Write them in three pairs, one for 32, one for 31 and one for 30 rows.",
            "数值是对的。请写成三对，分别对应 32 行、31 行和 30 行。",
            lambda: [[11, 11, 10], [10, 10, 10]],
        ),
    ],
)
def rows_left() -> list[list[int]]:
    """[[with, without], [with, without], [with, without]] for 32, 31 and 30 rows"""
    pools = [nn.MaxPool2d(3, ceil_mode=True), nn.MaxPool2d(3)]
    return [[pool(torch.zeros(1, 1, rows, rows)).shape[2] for pool in pools] for rows in (32, 31, 30)]


def some_batches(draw):
    """Batches of which the last is smaller; never fewer than two pictures in all."""
    channels, size = draw.size(1, 3), draw.sizes(1, 3)
    full = draw.size(2, 4)
    sizes = [full] * draw.size(1, 3) + [draw.size(1, full)]
    return (batches_of([draw.tensor(n, channels, *size, low=-3, high=5) for n in sizes]),)


def statistics_by_torch(batches):
    data = all_pictures(batches)
    return data.mean((0, 2, 3)), data.std((0, 2, 3), correction=0)


def statistics_kept(batches):
    data = torch.cat([X for X, _ in batches])
    return data.mean((0, 2, 3)), data.std((0, 2, 3), correction=0)


def statistics_wrong(final):
    """Right sums, and a wrong last step final(cells, total, squares)."""

    def wrong(batches):
        cells = total = squares = 0
        for X, _ in batches:
            cells = cells + X[:, 0].numel()
            total = total + X.sum((0, 2, 3))
            squares = squares + X.square().sum((0, 2, 3))
        return final(cells, total, squares)

    return wrong


def batches_alike(batches):
    means = torch.stack([X.mean((0, 2, 3)) for X, _ in batches]).mean(0)
    squares = torch.stack([X.square().mean((0, 2, 3)) for X, _ in batches]).mean(0)
    return means, (squares - means**2).clamp(min=0).sqrt()


def deviations_averaged(batches):
    means = torch.stack([X.mean((0, 2, 3)) for X, _ in batches]).mean(0)
    return means, torch.stack([X.std((0, 2, 3), correction=0) for X, _ in batches]).mean(0)


def divided_by_pictures(batches):
    pictures, data = len(all_pictures(batches)), all_pictures(batches)
    mean = data.sum((0, 2, 3)) / pictures
    return mean, (data.square().sum((0, 2, 3)) / pictures - mean**2).clamp(min=0).sqrt()


def sum_squared(batches):
    mean, cells = statistics_by_torch(batches)[0], all_pictures(batches)[:, 0].numel()
    squares = sum(batches[number][0].sum((0, 2, 3)).square() for number in range(len(batches)))
    return mean, (squares / cells - mean**2).clamp(min=0).sqrt()


def spread_within(batches):
    sizes = torch.tensor([float(len(batches[n][0])) for n in range(len(batches))])[:, None]
    variances = torch.stack([X.var((0, 2, 3), correction=0) for X, _ in batches])
    return statistics_by_torch(batches)[0], ((variances * sizes).sum(0) / sizes.sum()).sqrt()


@exercise(
    en="""
        Watch without drowning: the mean and the standard deviation of each channel, over all pictures, seeing only one batch at a time. The last batch may be
        smaller, and you must not keep the pictures.
    """,
    zh="""
        观察，而不被数据淹没：求每个通道在全部图像上的平均值和标准差，但每次只能看到一批。最后一批可能比较小，而且不许把图像都存下来。
    """,
    case=some_batches,
    also=lambda: [
        (batches_of([torch.arange(n * 3 * 20.0).reshape(n, 3, 5, 4) % 7 for n in (6, 6, 2)]),),
        (batches_of((torch.arange(600.0) % 11).reshape(30, 1, 5, 4).split(1), Lent),),
    ],
    truth=statistics_by_torch,
    hints=[
        (
            "What must you remember of a batch, so that you can forget its pictures?",
            "一批图像里要记住什么，才能放心地忘掉图像本身？",
        ),
        (
            "Three sums grow from batch to batch: the number of cells, the values, and the squared values.",
            "有三个和要逐批累加：格数、各值之和、各值的平方之和。",
        ),
        (
            "`X.sum((0, 2, 3))` keeps the channels apart. The variance is the mean of the squares minus the square of the mean.",
            "`X.sum((0, 2, 3))` 把各通道分开求和。方差等于平方的平均减去平均的平方。",
        ),
    ],
    mistakes=[
        Mistake(
            "batches count alike",
            "Every batch counts alike, but the last one is smaller: its pictures get too much weight.",
            "每一批的分量相同，可是最后一批比较小：其中的图像被看得太重了。",
            batches_alike,
        ),
        Mistake(
            "deviations averaged",
            "The standard deviations of the batches are averaged. That leaves out how far the batches lie apart, and it weights the last one too much.",
            "你把各批的标准差平均了。这样就漏掉了批与批之间的差异，最后一批的分量也过重。",
            deviations_averaged,
        ),
        Mistake(
            "spread within batches",
            "The mean is right. The deviation has to be taken from the mean of all pictures, not from that of each batch.",
            "平均值是对的。标准差要相对全部图像的平均值来算，而不是相对每一批自己的平均值。",
            spread_within,
        ),
        Mistake(
            "divided by n - 1",
            "The variance is divided by n - 1. Here it is divided by the number of cells, n.",
            "求方差时除以了 n - 1。这里要除以格数 n。",
            statistics_wrong(
                lambda n, total, squares: (total / n, ((squares - total**2 / n) / (n - 1)).clamp(min=0).sqrt())
            ),
        ),
        Mistake(
            "variance",
            "The second part is the variance. The standard deviation is its square root.",
            "你返回的第二项是方差。标准差是它的平方根。",
            statistics_wrong(lambda n, total, squares: (total / n, squares / n - (total / n) ** 2)),
        ),
        Mistake(
            "mean not taken away",
            "The second part is the root of the mean square. Take away the square of the mean before you take the root.",
            "你返回的第二项是平方的平均再开方。开方之前，要先减去平均的平方。",
            statistics_wrong(lambda n, total, squares: (total / n, (squares / n).sqrt())),
        ),
        Mistake(
            "pictures counted",
            "You divide by the number of pictures. Each of them has many cells in a channel: rows times columns.",
            "你除以了图像的张数。每张图像在一个通道里有许多格：行数乘以列数。",
            divided_by_pictures,
        ),
        Mistake(
            "sum squared",
            "You square the sum. The variance needs the sum of the squares: square each value, then add up.",
            "你把和平方了。方差要的是平方之和：先把每个值平方，再求和。",
            sum_squared,
        ),
        Mistake(
            "last batch only",
            "Only the last batch counts: what the batches before had given is lost.",
            "只剩下最后一批的结果：前面几批的都丢了。",
            lambda batches: statistics_by_torch(batches[-1:]),
        ),
        Mistake(
            "exchanged",
            "The two parts are exchanged: the mean comes first.",
            "两个部分写反了：平均值在前。",
            lambda batches: statistics_by_torch(batches)[::-1],
        ),
        Mistake(
            "channels counted",
            "You divide by the cells of all channels together. Each channel has only its own cells: pictures times rows times columns.",
            "你除以了所有通道的总格数。每个通道只有自己的格：张数乘以行数乘以列数。",
            statistics_wrong(
                lambda n, total, squares: (
                    total / (n * len(total)),
                    (squares / (n * len(total)) - (total / (n * len(total))) ** 2).clamp(min=0).sqrt(),
                )
            ),
        ),
        Mistake(
            "one number for all channels",
            "Each channel has its own mean and deviation: leave the axis of the channels alone.",
            "每个通道有自己的平均值和标准差：不要在通道这条轴上求和。",
            lambda batches: (all_pictures(batches).mean(), all_pictures(batches).std(correction=0)),
        ),
        Mistake(
            "kept everything",
            "The numbers are right, but you keep the pictures, or as much as they are, until the end. With a million of them your memory "
            "would be full: keep sums, and let the pictures go.",
            "数值是对的，但你把图像（或者同样多的数）留到了最后。要是有一百万张，内存就满了：请只保留那几个和，把图像放走。",
            statistics_kept,
        ),
    ],
)
def statistics(batches) -> tuple[torch.Tensor, torch.Tensor]:
    """(mean, standard deviation) of each channel, two tensors of shape (channels,).

    batches yield (X, y), X of shape (batch, channels, h, w); divide by the number of cells.

    >>> statistics([(torch.tensor([[[[0.0, 2.0]]]]), torch.tensor([1]))])
    (tensor([1.]), tensor([1.]))
    """
    cells = total = squares = 0
    for X, _ in batches:
        # Cells of one channel; a smaller batch adds fewer of them, and so counts less.
        # zh: # 一个通道的格数；小的批加进来的格少，分量也就小。
        cells = cells + X[:, 0].numel()
        total = total + X.sum((0, 2, 3))
        squares = squares + X.square().sum((0, 2, 3))
    mean = total / cells
    # Rounding can make a variance of 0 a little negative.
    # zh: # 由于舍入误差，等于 0 的方差可能略小于零。
    return mean, (squares / cells - mean**2).clamp(min=0).sqrt()


class Net(nn.Sequential):
    """A network that remembers its last copy: the check hands the reader a copy, and looks for hooks on it after."""

    def __deepcopy__(self, memo):
        twin = self.__class__.__new__(self.__class__)
        memo[id(self)] = twin
        twin.__dict__.update(copy.deepcopy({k: v for k, v in self.__dict__.items() if k != "twin"}, memo))
        self.__dict__["twin"] = twin
        return twin


class AddInput(nn.Module):
    """A layer with layers in it that is no nn.Sequential: X + inner(X)."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, X):
        return X + self.inner(X)


def small_conv(draw, channels):
    conv = nn.Conv2d(channels, channels, (1, 2), padding="same")
    with torch.no_grad():
        conv.weight.copy_(draw.tensor(*conv.weight.shape, low=-2, high=2))
        conv.bias.copy_(draw.tensor(channels, low=-2, high=2))
    return conv


def net_and_pictures(draw):
    """A convolution, and after it up to three of: ReLU in place (one layer, used again), a sequence, a shortcut, pooling."""
    channels = draw.size(1, 2)
    relu = nn.ReLU(inplace=True)
    makers = [
        lambda: relu,
        lambda: nn.Sequential(small_conv(draw, channels), relu),
        lambda: AddInput(nn.Sequential(small_conv(draw, channels), nn.Sequential(nn.ReLU(inplace=True)))),
        lambda: nn.MaxPool2d((1, 2), ceil_mode=True),
    ]
    layers = [small_conv(draw, channels), *(draw.choice(makers)() for _ in range(draw.size(0, 4)))]
    return Net(*layers), draw.tensor(draw.size(1, 2), channels, *draw.sizes(1, 3))


def walk(layer, X):
    """The outputs of all layers without layers in them, and the last output, without any hook."""
    if isinstance(layer, nn.Sequential):
        seen = []
        for part in layer:
            more, X = walk(part, X)
            seen += more
        return seen, X
    if isinstance(layer, AddInput):
        seen, last = walk(layer.inner, X)
        return seen, X + last
    Y = torch.relu(X) if isinstance(layer, nn.ReLU) else layer(X)
    return [Y], Y


def outputs_by_walking(net, X):
    with torch.no_grad():
        return walk(net, X)[0]


def with_the_network_as_it_was(outputs, net, X):
    left = sum(len(layer._forward_hooks) + len(layer._forward_pre_hooks) for layer in net.twin.modules())
    if left:
        raise ValueError(say(f"hooks still on the layers: {left}.", f"还挂在层上的钩子：{left} 个。"))
    if repr(net.twin) != repr(net):  # inplace switched off, or a layer exchanged
        raise ValueError(say("the network has other layers than before.", "网络里的层与原来不同了。"))
    return list(outputs)


def hooked(net, X, layers, keep=lambda output: output.detach().clone(), remove=True):
    seen = []
    handles = [layer.register_forward_hook(lambda _, __, output: seen.append(keep(output))) for layer in layers]
    net(X)
    if remove:
        for handle in handles:
            handle.remove()
    return seen


def leaves(net):
    return [layer for layer in net.modules() if not list(layer.children())]


def one_by_one(net, X):
    seen = []
    for layer in net:
        X = layer(X)
        seen.append(X.detach().clone())
    return seen


def once_each(net, X):
    seen = {}
    layers = leaves(net)
    handles = [
        layer.register_forward_hook(lambda layer, _, output: seen.update({layer: output.detach().clone()}))
        for layer in layers
    ]
    net(X)
    for handle in handles:
        handle.remove()
    return list(seen.values())


def every_place(net):
    """A layer that stands in several places comes several times, as with net.apply."""
    return [leaf for layer in net.children() for leaf in (every_place(layer) or [layer])]


def only_sequences(net):
    """Looks into nn.Sequential only."""
    return [leaf for layer in net for leaf in (only_sequences(layer) if isinstance(layer, nn.Sequential) else [layer])]


@exercise(
    inputs_stay=True,
    en="""
        `outputs_of` of section 6 has two weaknesses: it sees only the outermost layers, and a layer such as `nn.ReLU(inplace=True)` writes over the very
        tensor that the hook before it has just put aside. Write a version for any network: the outputs of all layers that contain no
        other layers, in the order of the calls, as they were when the layer returned them. No hook may stay behind, and the
        network stays as it is.
    """,
    zh="""
        第 6 节的 `outputs_of` 有两个弱点：它只看得到最外面的一级；而且像 `nn.ReLU(inplace=True)` 这样的层，会直接改写前一个钩子刚刚存下的那个张量。
        请写一个对任何网络都适用的版本：凡是自身不再包含其他层的层，都要给出输出，按调用的先后排列，内容是该层返回时的样子。一个钩子也不许留下，
        网络要保持原样。
    """,
    case=net_and_pictures,
    truth=outputs_by_walking,
    observe=with_the_network_as_it_was,
    hints=[
        (
            "Begin with `outputs_of` of section 6. Which layers does its loop `for layer in net` not reach? And what does it put aside: the tensor, or a "
            "copy?",
            "从第 6 节的 `outputs_of` 入手。它的循环 `for layer in net` 够不到哪些层？它存下的是张量本身，还是副本？",
        ),
        (
            "`net.modules()` visits all layers, nested ones too, each once; `list(layer.children())` is empty for those you want.",
            "`net.modules()` 会走遍所有的层，包括嵌套的，每个只走一次；对你要的那些层，`list(layer.children())` 是空的。",
        ),
        (
            "`output.detach().clone()` is a copy that a later layer cannot write over.",
            "`output.detach().clone()` 是副本，后面的层改写不到它。",
        ),
    ],
    mistakes=[
        Mistake(
            "written over",
            "A layer with `inplace=True` has written over what you put aside: without a copy, the tensor of the layer before holds the result of the layer after it.",
            "带 `inplace=True` 的层改写了你存下的张量：没有副本，前一层的张量里装的就是后一层的结果。",
            lambda net, X: hooked(net, X, leaves(net), keep=lambda output: output.detach()),
        ),
        *[
            Mistake(
                "outermost layers",
                "You see the outermost layers only. Those inside of other layers are missing.",
                "你只看到了最外面的一级，包在其他层里面的都漏掉了。",
                wrong,
            )
            for wrong in (
                lambda net, X: hooked(net, X, net),
                lambda net, X: hooked(net, X, net.children()),
                lambda net, X: hooked(net, X, net, keep=lambda output: output.detach()),
                lambda net, X: hooked(net, X, net.children(), keep=lambda output: output.detach()),
                one_by_one,
            )
        ],
        Mistake(
            "hooked twice",
            "A layer that stands in two places of the network carries two hooks, and so every output of it is noted twice. Hook each layer once.",
            "在网络中出现在两处的层挂了两个钩子，于是它的每个输出都被记了两遍。每个层只挂一次。",
            lambda net, X: hooked(net, X, every_place(net)),
        ),
        Mistake(
            "containers too",
            "The layers that contain others are in it too. Only those without layers of their own are asked for.",
            "连包含其他层的层也算进去了。题目只要自身不再包含其他层的层。",
            lambda net, X: hooked(net, X, net.modules()),
        ),
        Mistake(
            "containers too",
            "The layers that contain others are in it too. Only those without layers of their own are asked for.",
            "连包含其他层的层也算进去了。题目只要自身不再包含其他层的层。",
            lambda net, X: hooked(net, X, [layer for layer in net.modules() if not isinstance(layer, nn.Sequential)]),
        ),
        Mistake(
            "each layer once",
            "A layer that is called twice has two outputs. You keep one output for each layer.",
            "被调用两次的层有两个输出，而你给每个层只留了一个。",
            once_each,
        ),
        Mistake(
            "only sequences",
            "You look inside `nn.Sequential` only. Other layers contain layers as well: ask for `children()`.",
            "你只看了 `nn.Sequential` 的里面。别的层也可能包含层：请看 `children()`。",
            lambda net, X: hooked(net, X, {id(layer): layer for layer in only_sequences(net)}.values()),
        ),
        Mistake(
            "network changed",
            "The outputs are right, but the network is no longer as it was. Take the hooks off with `remove()`, and leave the layers alone.",
            "输出是对的，但网络不再是原来的样子。钩子要用 `remove()` 取下来，各层也不要改动。",
            lambda net, X: hooked(net, X, leaves(net), remove=False),
        ),
    ],
)
def all_outputs(net: nn.Module, X: torch.Tensor) -> list[torch.Tensor]:
    """Outputs of all layers without children, in the order of the calls of net(X).

    >>> net = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Flatten())
    >>> [tuple(output.shape) for output in all_outputs(net, torch.ones(2, 3, 4))]
    [(2, 3, 4), (2, 12)]
    """
    seen = []
    # A layer that is used twice is hooked once, and its hook is called twice: in the order of the calls.
    # zh: # 用了两次的层只挂一个钩子，而钩子会被调用两次：顺序正是调用的先后。
    handles = [
        layer.register_forward_hook(lambda layer, inputs, output: seen.append(output.detach().clone()))
        for layer in net.modules()
        if not list(layer.children())
    ]
    try:
        net(X)
    finally:
        # Off they come, even if the network fails halfway.
        # zh: # 就算网络中途出错，也要把钩子取下来。
        for handle in handles:
            handle.remove()
    return seen


def random_conv(draw, channels, maps, size):
    """A layer with weights so fine that two different windows hardly get the same answer."""
    conv = nn.Conv2d(channels, maps, size, bias=draw.choice([True, False]))
    with torch.no_grad():
        for parameter in conv.parameters():
            parameter.copy_(draw.normal(*parameter.shape) + draw.normal(*parameter.shape) / 100)
    return conv


def batches_and_conv(draw):
    channels, (k_h, k_w) = draw.size(1, 2), draw.sizes(1, 3)
    conv = random_conv(draw, channels, draw.size(1, 3), (k_h, k_w))
    h, w = draw.sizes(0, 3)
    sizes = [draw.size(1, 2)] * draw.size(1, 3) + [1]
    windows = sum(sizes) * (h + 1) * (w + 1)
    parts = [draw.normal(n, channels, k_h + h, k_w + w) for n in sizes]
    return batches_of(parts), conv, draw.size(1, min(5, windows))


def lent_batches():
    """Many batches of one picture each; the two maps like bright and dark first cells."""
    conv = nn.Conv2d(1, 2, (1, 2), bias=False)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([[1.0, 0.0], [-2.0, 0.1]]).reshape(2, 1, 1, 2))
    pictures = (torch.arange(240.0) * 37 % 241).reshape(40, 1, 2, 3)
    return batches_of(pictures.split(1), Lent), conv, 2


def answers_to(windows, batches, conv, k):
    """What each map answers to its windows; every window has to come from a picture."""
    with torch.no_grad():
        k_h, k_w = conv.kernel_size
        real = windows_in_order(all_pictures(batches), conv)
        shape = (conv.out_channels, k, conv.in_channels, k_h, k_w)
        if tuple(windows.shape) != shape:
            raise ValueError(
                say(
                    f"the windows have the shape {tuple(windows.shape)}; wanted is {shape}.",
                    f"窗口的形状是 {tuple(windows.shape)}，应为 {shape}。",
                )
            )
        apart = (windows.flatten(0, 1).flatten(1)[:, None] - real.flatten(1)[None]).abs().amax(2).amin(1)
        if apart.max() > 1e-5:
            raise ValueError(
                say("there is a window in it that occurs in no picture.", "其中有一个窗口不在任何一张图像里。")
            )
        answers = conv(windows.flatten(0, 1)).reshape(conv.out_channels, k, conv.out_channels)
        return answers.diagonal(dim1=0, dim2=2).T


def strongest_answers(batches, conv, k):
    with torch.no_grad():
        return conv(all_pictures(batches)).transpose(0, 1).flatten(1).topk(k).values


def windows_in_order(X, conv):
    """All windows of a batch, in the order of the answers: (windows, channels, kernel rows, kernel columns)."""
    k_h, k_w = conv.kernel_size
    windows = X.unfold(2, k_h, 1).unfold(3, k_w, 1)
    return windows.permute(0, 2, 3, 1, 4, 5).reshape(-1, X.shape[1], k_h, k_w)


def collected(key=lambda answers: answers, largest=True, windows=windows_in_order, trim=True):
    """A program that keeps the best k of each map, with one step made wrong."""

    def wrong(batches, conv, k):
        scores = found = None
        for X, _ in batches:
            with torch.no_grad():
                answers = key(conv(X).transpose(0, 1).flatten(1))
            here = windows(X, conv)[None].expand(len(answers), -1, -1, -1, -1)
            if scores is not None:
                answers, here = torch.cat([scores, answers], 1), torch.cat([found, here], 1)
            # All of them sorted: the same order of equal ones for every way of writing it.
            best = answers.topk(min(k, answers.shape[1]), largest=largest).indices
            scores = answers.gather(1, best)
            found = torch.stack([part[places] for part, places in zip(here, best, strict=True)])
        return found

    return wrong


def last_batch_only(batches, conv, k):
    return collected()(batches[-1:], conv, k)


def best_of_each_batch(batches, conv, k):
    return torch.cat([collected()([batch], conv, k) for batch in batches], dim=1)


def windows_kept(batches, conv, k):
    return collected()([(torch.cat([X for X, _ in batches]), None)], conv, k)


def channels_not_moved(X, conv):
    k_h, k_w = conv.kernel_size
    return X.unfold(2, k_h, 1).unfold(3, k_w, 1).reshape(-1, X.shape[1], k_h, k_w)


def columns_first(X, conv):
    k_h, k_w = conv.kernel_size
    windows = X.unfold(2, k_h, 1).unfold(3, k_w, 1)
    return windows.permute(0, 3, 2, 1, 4, 5).reshape(-1, X.shape[1], k_h, k_w)


@exercise(
    effort="takes a while",
    en="""
        What does a map look for? Show it the pictures and collect the windows to which it answered most strongly. Find the `k` strongest
        windows of every map over **all** pictures, again a batch at a time: memory must not grow with the number of pictures. Then look at them: that is the
        oldest and still one of the best ways to understand a layer. (The check compares what the maps
        answer to your windows.)
    """,
    zh="""
        一个特征图在找什么？让它看图像，把它响应最强的窗口收集起来。对每个特征图，找出**全部**图像中响应最强的 `k` 个窗口，仍然是每次一批：
        占用的内存不许随图像的数目增长。然后看看这些窗口：要理解一个层，这是最老的办法之一，至今仍是最好的之一。
        （检查时比较的是各特征图对你找出的窗口的响应。）
    """,
    case=batches_and_conv,
    also=lambda: [lent_batches()],
    truth=strongest_answers,
    observe=answers_to,
    hints=[
        (
            "Forget the batches for a moment: with all pictures at hand, which two steps lead from `conv(X)` to the windows? And what must you keep of a batch, "
            "when the next one comes?",
            "先不管分批：如果所有图像都在手边，从 `conv(X)` 到窗口要哪两步？下一批到来时，前面的一批必须留下什么？",
        ),
        (
            "Cut the windows of a batch with `X.unfold` twice, as in section 1 but one cell apart; with the channels behind rows and columns they stand in the same order "
            "as the answers of the layer.",
            "像第 1 节那样用两次 `X.unfold` 切出一批图像的窗口，不过每次只移动一格；把通道排到行和列的后面，窗口的顺序就与层的输出一致。",
        ),
        (
            "`answers.topk(k)` gives values and places. Keep the best `k` so far, put the best of the new batch beside them, and take `topk` again. A small batch may have fewer "
            "than `k` windows.",
            "`answers.topk(k)` 给出值和位置。留住目前最好的 `k` 个，把新一批中最好的放在旁边，再取一次 `topk`。小的批里可能不足 `k` 个窗口。",
        ),
    ],
    mistakes=[
        Mistake(
            "weakest first",
            "Those are the windows with the smallest answers. The largest are asked for.",
            "这些是响应最小的窗口。题目要的是最大的。",
            collected(largest=False),
        ),
        Mistake(
            "strong in either sign",
            "You go by the size of the answer without its sign. A very negative answer means that the map does not like the window.",
            "你只看响应的大小，没有看正负号。很负的响应，说明特征图不喜欢这个窗口。",
            collected(key=lambda answers: answers.abs()),
        ),
        Mistake(
            "same windows for all maps",
            "All maps get the same windows. Every map has its own favourites.",
            "所有特征图得到的窗口都一样。每个特征图各有自己偏爱的窗口。",
            collected(key=lambda answers: answers.sum(0, keepdim=True).expand_as(answers).clone()),
        ),
        Mistake(
            "channels not moved",
            "The windows are torn apart: the axis of the channels still stands before rows and columns when you reshape.",
            "窗口被拆散了：改变形状时，通道轴还排在行和列的前面。",
            collected(windows=channels_not_moved),
        ),
        Mistake(
            "columns before rows",
            "Windows and answers are counted off in different orders: the layer's go row by row, yours column by column.",
            "窗口与响应的编号次序不同：层的输出是逐行排的，你的窗口是逐列排的。",
            collected(windows=columns_first),
        ),
        Mistake(
            "smallest first",
            "Your windows are the right ones, in reverse: the largest answer comes first.",
            "窗口找对了，顺序却反了：响应最大的在前。",
            lambda batches, conv, k: collected()(batches, conv, k).flip(1),
        ),
        Mistake(
            "last batch only",
            "Only the last batch is left: what the batches before had found is lost.",
            "只剩下最后一批的结果：前面几批找到的都丢了。",
            last_batch_only,
        ),
        Mistake(
            "best of each batch",
            "Every batch contributes its best windows. In the end only `k` of all are wanted: choose again.",
            "每一批都交出了自己最好的窗口。最后一共只要 `k` 个：还要再选一次。",
            best_of_each_batch,
        ),
        Mistake(
            "kept everything",
            "The windows are right, but with every batch you keep more. Keep the best `k` windows of each map, and let everything else go. "
            "(Answers that were not computed under `torch.no_grad()` hold on to their pictures.)",
            "窗口是对的，但每来一批，你留下的就更多。请只为每个特征图留下最好的 `k` 个窗口，其余的都放走。"
            "（不在 `torch.no_grad()` 之下算出的响应，会抓着图像不放。）",
            windows_kept,
        ),
    ],
)
def best_windows(batches, conv: nn.Conv2d, k: int) -> torch.Tensor:
    """For each map its k windows, largest answer first: (maps, k, channels, kernel rows, kernel columns).

    conv has stride 1 and no padding; batches yield (X, y), and have at least k windows between them.

    >>> best_windows([(torch.ones(2, 3, 4, 4), torch.ones(2))], nn.Conv2d(3, 6, (2, 3)), 5).shape
    torch.Size([6, 5, 3, 2, 3])
    """
    k_h, k_w = conv.kernel_size
    scores = best = None
    for X, _ in batches:
        # (batch, channels, rows, columns, k_h, k_w); the channels go behind the places, so that a row is a window.
        # zh: # (batch, channels, rows, columns, k_h, k_w)；把通道换到位置之后，这样一行就是一个窗口。
        windows = X.unfold(2, k_h, 1).unfold(3, k_w, 1).permute(0, 2, 3, 1, 4, 5).flatten(0, 2)
        with torch.no_grad():
            answers = conv(X).transpose(0, 1).flatten(1)
        values, places = answers.topk(min(k, len(windows)))
        found = windows[places]
        if best is not None:
            # The best so far compete with the best of this batch.
            # zh: # 目前最好的与这一批最好的再比一次。
            values, found = torch.cat([scores, values], dim=1), torch.cat([best, found], dim=1)
        scores, order = values.topk(min(k, values.shape[1]))
        best = torch.stack([of_map[places] for of_map, places in zip(found, order, strict=True)])
    return best
