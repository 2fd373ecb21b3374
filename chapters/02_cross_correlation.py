# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 02 Cross-correlation, by hand and by layer
#
# *You look at a photograph and see at once where the roof ends and the sky begins. A program sees a table of numbers.
# How can it ask the same small question at every place of that table, and what kind of answer does it get?*
#
# **In this chapter you will**
# - compute a cross-correlation by hand, and say before running a cell how large its output will be;
# - write it three times: as loops, without loops over the picture, and with PyTorch's own function;
# - build a convolutional layer out of it, with a weight and a bias;
# - see what separates cross-correlation from convolution, and why a network does not mind;
# - work out how much of the picture one number deep inside a network can see.
#
# **Time:** about 30 minutes to read and run, 45 more for the exercises. **You need:** tensors, indexing and
# `nn.Module` in PyTorch.

# %% [markdown] lang="zh"
# # 02 互相关：从手算到卷积层
#
# *看一张照片，你一眼就知道屋顶在哪里结束、天空从哪里开始。程序看到的却只是一张数字表。
# 怎样让它在这张表的每一个位置上都问同一个小问题？得到的又是什么样的回答？*
#
# **学完本章，你将能够**
# - 手算互相关，并在运行代码之前说出输出有多大；
# - 用三种写法实现它：双重循环、不在图像上循环、PyTorch 自带的函数；
# - 用它搭出一个带权重和偏置的卷积层；
# - 说清互相关与卷积差在哪里，以及网络为什么不在乎这个差别；
# - 算出网络深处的一个数究竟能“看到”图像的多大一块。
#
# **所需时间：** 阅读并运行约 30 分钟，练习另需 45 分钟。**预备知识：** PyTorch 的张量、索引和 `nn.Module`。

# %% [markdown] lang="en" slide="notes"
# **1 min.** Show a photograph on your phone and read three of its numbers aloud: 212, 208, 97. **Ask:** you see the roof at once; what could a program do with such a table? Take any answer that compares neighbours: that is today's small question, and the machine asks it everywhere.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 拿手机里的一张照片，念出其中三个数：212、208、97。**提问：** 你一眼就看见屋顶，程序拿着这样一张表能做什么？凡是提到“与旁边比较”的回答都记下来：今天要问的就是这样的小问题，而机器会在每一处都问一遍。

# %%
import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · One window
#
# Here is a picture so small that you can hold all of it in your head, and an even smaller table beside it, the **kernel**.
# Lay the kernel on the top left corner of the picture, multiply the cells that lie on each other, and add up the products.
#
# **Predict:** which number do you get? Work it out on paper before you run the next two cells.

# %% [markdown] lang="zh"
# ## 1 · 一个窗口
#
# 下面这张“图像”小到可以整个装进脑子里，旁边是一张更小的表，叫做**卷积核**。
# 把卷积核盖在图像的左上角，叠在一起的数两两相乘，再把乘积全部加起来。
#
# **先猜：** 结果是多少？先在纸上算好，再运行下面两个单元格。

# %% [markdown] lang="en" slide="slide"
# ## One window
#
# Lay the kernel on the corner, multiply cell by cell, add up.
#
# **Predict:** which number do you get?

# %% [markdown] lang="zh" slide="slide"
# ## 一个窗口
#
# 把卷积核盖在左上角，叠在一起的数两两相乘，再全部相加。
#
# **先猜：** 结果是多少？

# %% tags=["slide"]
X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
d2l.show_grids(X=X, K=K, mark={"X": (0, 0, 2, 2)})

# %% [markdown] lang="en" slide="fragment"
# Nineteen: $0\cdot 0 + 1\cdot 1 + 3\cdot 2 + 4\cdot 3 = 19$

# %% [markdown] lang="zh" slide="fragment"
# 十九：$0\cdot 0 + 1\cdot 1 + 3\cdot 2 + 4\cdot 3 = 19$

# %% [markdown] lang="en" slide="notes"
# **3 min.** Paper and pencil, one minute of silence, everybody writes one number. Then the key.
#
# **Expect:** a matrix product (rows times columns), because two tables lie side by side. Point at the frame: cell times cell, nothing else. It leads to: the same at every place.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 纸笔，安静一分钟，每人写下一个数，然后再按键。
#
# **常见错误：** 看到两张表并排，就去做矩阵乘法（行乘列）。指着框说：同一位置的两个数相乘，没有别的。接下来：在每个位置都这样算一遍。

# %%
window = X[0:2, 0:2]
(window * K).sum()

# %% [markdown] lang="en"
# That is the whole operation. The rest is repetition: move the window one column to the right and do it again; at the end
# of the row, go down one row. Doing this at every place where the kernel fits is called **cross-correlation**, and the
# table of answers is the **output**, or **feature map**:
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# Read the formula aloud: *the answer at row $i$, column $j$ is the sum over the kernel's cells of picture times kernel,
# with the window's corner at row $i$, column $j$.*
#
# **Play:** step through the places and check each product in the line below the grids. Then point at a cell of the picture: which answers
# light up? The numbers of picture and kernel can be changed: click on one and type. Which single number of the kernel must be 1, and all
# others 0, so that the output is the top left part of the picture?

# %% [markdown] lang="zh"
# 整个运算就这么简单，剩下的只是重复：窗口右移一列，再算一次；到了行尾，就下移一行，从左边重新开始。
# 在卷积核放得下的每个位置都算一遍，这就是**互相关**；所有回答排成一张表，叫做**输出**，也叫**特征图**：
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# 把公式念出来：*第 $i$ 行、第 $j$ 列的回答，是窗口左上角放在第 $i$ 行、第 $j$ 列时，图像与卷积核逐格相乘再求和的结果。*
#
# **动手：** 让窗口一步一步走过所有位置，对照图下方的算式，逐项核对乘积。再指向图像的某一格：哪些回答会亮起来？
# 图像和卷积核里的数都可以改：点一下，直接输入。卷积核里哪一个数取 1、其余取 0，输出就是图像左上角的那一块？

# %% [markdown] lang="en" slide="slide"
# ## The same question, everywhere
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# This is **cross-correlation**; $Y$ is the **feature map**.
#
# **Predict:** how many answers does our picture give? Which ones?

# %% [markdown] lang="zh" slide="slide"
# ## 同一个问题，处处都问
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# 这就是**互相关**，$Y$ 叫做**特征图**。
#
# **先猜：** 我们这张图像会得到几个回答？各是多少？

# %% [markdown] lang="en" slide="fragment"
# Four: 19, 25, 37, 43.

# %% [markdown] lang="zh" slide="fragment"
# 四个：19、25、37、43。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the formula aloud, word by word: the answer at row $i$, column $j$ is the sum over the kernel's cells of picture times kernel, with the window's corner at row $i$, column $j$. Four groups in the class, one answer each.
#
# **Expect:** nine answers, one for each cell of the picture. Ask those who say so to lay the kernel on the last column: it sticks out.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把公式一个词一个词念出来：第 $i$ 行、第 $j$ 列的回答，是窗口左上角放在第 $i$ 行、第 $j$ 列时，图像与卷积核逐格相乘再求和。全班分四组，一组算一个。
#
# **常见错误：** 以为图像有几格就有几个回答，一共九个。请他们把卷积核盖到最后一列试试：伸出去了。

# %% [markdown] lang="en" slide="slide"
# ## Slide the window: play
#
# **Task:** one 1 and three 0 in the kernel: make the output the top left part of the picture.

# %% [markdown] lang="zh" slide="slide"
# ## 让窗口滑起来：动手试
#
# **任务：** 卷积核里放一个 1、三个 0，使输出正好是图像左上角的那一块。

# %% tags=["explorer", "slide"]
from d2lutil.explorers import WindowExplorer

window = WindowExplorer(X, K)
window

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E to go into the picture; Tab to *Step*, space walks on. Let the class say each product before you step. Then Tab to the kernel: arrows move, digits replace, Enter goes down. Escape comes back.
#
# **Answer:** the top left one. **Ask next:** and the bottom right one? Then the output shows the bottom right part: the kernel has moved the picture. **Expect:** "1 in the middle"; a kernel of two by two has no middle.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入图中；用 Tab 走到*前进*，按空格一步步走。每走一步之前，让大家先说出各个乘积。再用 Tab 走到卷积核：方向键移动，直接输入数字，回车到下一行。按 Esc 回来。
#
# **答案：** 左上角那个。**再问：** 换成右下角那个呢？输出就是图像右下角的那一块：卷积核把图像挪动了。**常见错误：** “正中间取 1”；两行两列的卷积核没有正中间。

# %%
window.kernel = [[1, 0], [0, 0]]  # what you do in the picture, Python can do as well, and read
# zh: window.kernel = [[1, 0], [0, 0]]  # 你在图中做的操作，Python 也能做，结果也能读出来
d2l.compare(window.output, X[:2, :2])

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> which cells of the picture does the bottom right answer use?</summary>
#
# The four with the numbers 4, 5, 7 and 8. Each answer uses a window as large as the kernel, and neighbouring windows
# overlap: the 4 in the middle is part of all four windows.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>右下角的回答用到了图像的哪几格？</summary>
#
# 写着 4、5、7、8 的四格。每个回答用到的窗口与卷积核一样大，相邻的窗口互相重叠：正中间的 4 属于全部四个窗口。
# </details>

# %% [markdown] lang="en"
# ## 2 · How large is the output?
#
# The output is smaller than the picture, because a window must not stick out. We write $n_h \times n_w$ for the picture and
# $k_h \times k_w$ for the kernel, height first, and count rows and columns from 0.
#
# **Predict:** a photograph has 427 rows and 640 columns, the kernel is $3\times 3$. How many rows and columns does the
# output have? Think of one row first: how many places are there for a window of 3 cells in a row of 640?

# %% [markdown] lang="zh"
# ## 2 · 输出有多大？
#
# 窗口不能伸到图像外面，所以输出比图像小。我们用 $n_h \times n_w$ 表示图像的大小，用 $k_h \times k_w$ 表示卷积核的大小，
# 高在前、宽在后；行和列都从 0 开始数。
#
# **先猜：** 一张照片有 427 行、640 列，卷积核是 $3\times 3$。输出有几行几列？
# 不妨先只想一行：一行有 640 格，宽 3 格的窗口有多少个位置可放？

# %% [markdown] lang="en" slide="slide"
# ## How large is the output?
#
# A photograph: 427 rows, 640 columns. A kernel: $3\times 3$.
#
# **Predict:** how many rows and columns has the output?

# %% [markdown] lang="zh" slide="slide"
# ## 输出有多大？
#
# 照片：427 行，640 列。卷积核：$3\times 3$。
#
# **先猜：** 输出有几行几列？

# %% tags=["slide-answer"]
photo = d2l.photo("china", gray=True)
blur = torch.full((3, 3), 1 / 9)
d2l.corr2d(photo, blur).shape

# %% [markdown] lang="en" slide="fragment"
# In general: $(n_h - k_h + 1) \times (n_w - k_w + 1)$

# %% [markdown] lang="zh" slide="fragment"
# 一般地：$(n_h - k_h + 1) \times (n_w - k_w + 1)$

# %% [markdown] lang="en" slide="notes"
# **4 min.** Draw one row of 6 cells and a window of 3 on the board; count the places together: 4. Now the rule is theirs: $n-k+1$.
#
# **Expect:** 424 and 637, the forgotten +1; or 427 and 640, nothing lost. **Ask at the end:** which kernel makes an output of 1 row and 640 columns? (427 rows, 1 column.) Chapter 05 gives the lost border back.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上画一行 6 格，再画一个宽 3 格的窗口，一起数有几个位置：4 个。规律由他们自己说出来：$n-k+1$。
#
# **常见错误：** 答 424 和 637，漏了 +1；或者答 427 和 640，一点没少。**最后再问：** 什么样的卷积核让输出只有 1 行、640 列？（427 行、1 列。）丢掉的边，第 05 章会补回来。

# %% [markdown] lang="en"
# Two rows and two columns are missing. Along one axis with $n$ cells, the window's first cell can stand at place
# $0, 1, \dots, n-k$, and that is $n-k+1$ places. So the output has the shape
#
# $$(n_h - k_h + 1) \times (n_w - k_w + 1).$$
#
# `d2l.output_size` does the arithmetic; chapter 05 adds padding and stride to it. The loop below holds the formula
# against the real thing for many kernels.

# %% [markdown] lang="zh"
# 少了两行，也少了两列。沿一条有 $n$ 格的轴，窗口的第一格可以放在 $0, 1, \dots, n-k$，一共 $n-k+1$ 个位置。所以输出的形状是
#
# $$(n_h - k_h + 1) \times (n_w - k_w + 1).$$
#
# `d2l.output_size` 替我们做这个计算，第 05 章会把填充和步幅也加进来。下面的循环拿多种大小的卷积核实际检验这个公式。

# %%
for k in [(1, 1), (2, 2), (3, 5), (40, 7), (427, 1)]:
    Y = d2l.corr2d(photo, torch.ones(k))
    print(k, "->", tuple(Y.shape), tuple(Y.shape) == d2l.output_size((427, 640), k))

# %% [markdown] lang="en"
# One row higher, and the kernel has no place left. A good program says so instead of returning an empty table:

# %% [markdown] lang="zh"
# 卷积核只要再高一行，就没有地方可放了。好的程序会直说，而不是悄悄返回一张空表：

# %%
try:
    d2l.corr2d(photo, torch.ones(428, 1))
except ValueError as reason:
    print(reason)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you want an output of 1 row and 640 columns. Which kernel?</summary>
#
# One with 427 rows and 1 column: $427 - 427 + 1 = 1$ and $640 - 1 + 1 = 640$.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>想让输出只有 1 行、640 列，卷积核该有多大？</summary>
#
# 427 行 1 列：$427 - 427 + 1 = 1$，而 $640 - 1 + 1 = 640$。
# </details>

# %% [markdown] lang="en"
# ## 3 · The same thing, three times
#
# **As the definition says it.** Two loops walk over the output; the body is the line you computed by hand.

# %% [markdown] lang="zh"
# ## 3 · 同一件事，三种写法
#
# **照着定义写。** 两重循环走遍输出的每一格，循环体就是你刚才手算的那一行。

# %% [markdown] lang="en" slide="slide"
# ## As the definition says it
#
# **Predict:** how often does the inner line run for the photograph and a $3\times 3$ kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 照着定义写
#
# **先猜：** 对那张照片和一个 $3\times 3$ 的卷积核，最里面那一行要执行多少次？


# %% tags=["slide-code", "slide-answer"]
def corr2d_loops(X, K):
    h, w = K.shape
    Y = X.new_zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


corr2d_loops(X, K)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Cover the inner line with your hand and let the class dictate it: a window, times the kernel, summed. Then the key: the four numbers of before.
#
# **Ask:** where in the code is the size of the output? **Expect:** "nine times"; that is what *one* round multiplies. The number of rounds stands on the next slide.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 用手遮住最里面那一行，让全班口述：取窗口，乘卷积核，求和。再按键：还是刚才那四个数。
#
# **提问：** 输出的大小写在代码的哪里？**常见错误：** “九次”；那是循环*一*圈要做的乘法。究竟循环多少圈，见下一页。

# %% [markdown] lang="en"
# Clear, and slow: for our photograph Python would go round that loop once for every output cell.
#
# **Predict:** how many times is that? And which loop would you rather turn: one over the picture, or one over the kernel?

# %% [markdown] lang="zh"
# 清楚，但是慢：对这张照片，输出有多少格，Python 就要循环多少次。
#
# **先猜：** 那是多少次？你更愿意循环哪一个：图像，还是卷积核？

# %%
print(f"output cells: {d2l.corr2d(photo, blur).numel()}  kernel cells: {blur.numel()}")
# zh: print(f"输出的格数：{d2l.corr2d(photo, blur).numel()}，卷积核的格数：{blur.numel()}")

# %% [markdown] lang="en"
# **Turn the loops around.** The picture is large, the kernel is small: so loop over the *kernel*. Ask of each kernel cell
# which picture cells it meets while the window travels. The top left cell of a $2\times 2$ kernel meets the upper left
# part of the picture, its neighbour meets the same part one column to the right, and so on: the picture, shifted. Multiply
# each shifted part by its one kernel number and add the parts up.

# %% [markdown] lang="zh"
# **换个方向循环。** 图像大，卷积核小，那就在*卷积核*上循环。对卷积核的每一格问一句：窗口一路移动，它会碰到图像的哪些格？
# $2\times 2$ 卷积核左上角那一格，碰到的是图像靠左上的一块；它右边的邻居，碰到的是右移一列、同样大小的一块，依此类推。
# 也就是说，每一格碰到的都是平移后的图像。把每一块乘以卷积核里对应的那个数，再全部加起来就行了。

# %% [markdown] lang="en" slide="slide"
# ## Turn the loops around
#
# The output has 271,150 cells, the kernel 9: loop over the *kernel*.
#
# **Predict:** which cells of the picture does the kernel's top left cell meet?

# %% [markdown] lang="zh" slide="slide"
# ## 换个方向循环
#
# 输出有 271,150 格，卷积核只有 9 格：那就在*卷积核*上循环。
#
# **先猜：** 窗口走完一遍，卷积核左上角那一格碰到过图像的哪些格？

# %% tags=["slide"]
d2l.show_grids(X00=X[:2, :2], X01=X[:2, 1:], X10=X[1:, :2], X11=X[1:, 1:])

# %% [markdown] lang="en" slide="fragment"
# Each cell meets the picture, shifted. Multiply each part by its one number, add the parts.

# %% [markdown] lang="zh" slide="fragment"
# 每一格碰到的都是平移后的图像：各块乘以对应的那个数，再全部相加。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Name the four parts: X00 goes with the kernel's 0, X01 with 1, X10 with 2, X11 with 3. Compute one cell of the sum on the board: 0 + 1 + 6 + 12 = 19 again.
#
# **Expect:** "but that multiplies more often". No: the same products, in another order; only the slow loop of Python turns nine times and not 271,150 times.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 点出四块：X00 配卷积核的 0，X01 配 1，X10 配 2，X11 配 3。在黑板上算出和的一格：0 + 1 + 6 + 12 = 19，还是它。
#
# **常见错误：** “这样乘法更多了吧？”不，乘积还是那些，只是换了次序；Python 那个慢循环只转九圈，而不是 271,150 圈。


# %%
def corr2d_shifts(X, K):
    h, w = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    return sum(
        X[a : a + h, b : b + w] * K[a, b] for a in range(K.shape[0]) for b in range(K.shape[1])
    )


corr2d_shifts(X, K)

# %% [markdown] lang="en"
# This is what `d2l.corr2d` does at heart, with a few questions to its input in front.
#
# **With PyTorch's function.** `F.conv2d` is made for many pictures with many channels at a time. It wants four axes:
# (batch, channels, height, width). Indexing with `None` adds an axis of length 1.

# %% [markdown] lang="zh"
# `d2l.corr2d` 就是这样写的，只是前面多了几道对输入的检查。
#
# **用 PyTorch 的函数。** `F.conv2d` 是为同时处理许多图像、许多通道而设计的，输入要有四个轴：（批量，通道，高，宽）。
# 用 `None` 做索引，就能添上一个长度为 1 的轴。

# %% [markdown] lang="en" slide="slide"
# ## And PyTorch's own
#
# It wants four axes: (batch, channels, height, width).
#
# **Predict:** are both at least 5 times as fast as the loops?

# %% [markdown] lang="zh" slide="slide"
# ## PyTorch 自带的写法
#
# 输入要有四个轴：（批量，通道，高，宽）。
#
# **先猜：** 后两种写法都比双重循环快 5 倍以上吗？

# %% tags=["slide-code"]
F.conv2d(X[None, None], K[None, None])

# %% [markdown] lang="en"
# Do the three really agree, not only on a toy? Take a part of the photograph and a random kernel, and time them as we go: the best
# of several rounds, because the first one is always slower.

# %% [markdown] lang="zh"
# 三种写法真的一致吗，而不只是在玩具例子上碰巧相同？取照片的一块和一个随机卷积核来比一比，顺便计时。
# 每种写法都取几遍中最快的一遍，因为第一遍总要慢一些。

# %%
torch.manual_seed(0)
part, random_kernel = photo[:120, :120], torch.randn(3, 3)


def best_seconds(function, rounds):
    timer = d2l.Timer()
    for _ in range(rounds):
        timer.start()
        result = function(part, random_kernel)
        timer.stop()
    return min(timer.times), result


# %% tags=["slide-answer"]
loop_seconds, by_loops = best_seconds(corr2d_loops, 2)
shift_seconds, by_shifts = best_seconds(corr2d_shifts, 20)
torch_seconds, by_torch = best_seconds(lambda X, K: F.conv2d(X[None, None], K[None, None]), 20)
print(f"shifts at least 5 times as fast as loops:   {loop_seconds > 5 * shift_seconds}")
print(f"F.conv2d at least 5 times as fast as loops: {loop_seconds > 5 * torch_seconds}")
# zh: print(f"平移相加至少比循环快 5 倍：{loop_seconds > 5 * shift_seconds}")
# zh: print(f"F.conv2d 至少比循环快 5 倍：{loop_seconds > 5 * torch_seconds}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Ask for hands first. The factor itself differs from machine to machine, therefore the chapter claims only *at least*.
#
# **Expect:** "then the results are equal to the last digit". The three add the same products in another order, and floating-point sums notice: compare with a tolerance, always.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先举手表决。究竟快多少倍，各台机器不同，所以这一章只说*至少*。
#
# **常见错误：** “那结果应该分毫不差。”三种写法把同样的乘积按不同次序相加，浮点数求和与次序有关：比较时总要留一点容差。

# %%
d2l.compare(by_loops, by_shifts)

# %%
d2l.compare(by_shifts, by_torch[0, 0])

# %% [markdown] lang="en"
# "To within" and not "equal": the three add the same nine products in a different order, and floating-point sums depend on
# the order in their last digits. Whenever you compare results of long computations, compare with a tolerance.
#
# Print `loop_seconds / shift_seconds` to see the factor on your machine, and try a larger `part`.

# %% [markdown] lang="zh"
# 这里说的是“误差不超过”，而不是“完全相等”：三种写法把同样的九个乘积按不同的顺序相加，而浮点数求和的最后几位与顺序有关。
# 凡是比较一长串计算的结果，都要留一点容差。
#
# 打印 `loop_seconds / shift_seconds`，看看在你的机器上快了多少倍；再换一块更大的 `part` 试试。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> the photograph has 427 rows and 640 columns, the kernel three by three. How many multiplications does each of the three ways make?</summary>
#
# All of them the same: nine for each output cell, $425 \cdot 638 \cdot 9 = 2{,}440{,}350$. They differ in who turns the loop, Python or
# compiled code, and not in the amount of arithmetic.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>照片有 427 行、640 列，卷积核三乘三。三种写法各做多少次乘法？</summary>
#
# 一样多：每个输出格九次，共 $425 \cdot 638 \cdot 9 = 2{,}440{,}350$ 次。差别只在由谁来循环，是 Python，还是编译好的代码；计算量并没有变。
# </details>

# %% [markdown] lang="en"
# ## 4 · From an operation to a layer
#
# So far we chose the kernel. A **convolutional layer** has a kernel that it can learn, its **weight**, and one more
# learnable number, the **bias**, which is added to every cell of the output.
#
# **Predict:** how many numbers does a layer with a $5\times 5$ kernel learn? And does that depend on the size of the
# picture?

# %% [markdown] lang="zh"
# ## 4 · 从运算到层
#
# 到现在为止，卷积核都是我们自己定的。**卷积层**的卷积核则是可以学习的，这就是它的**权重**；
# 它还有一个可学习的数，叫做**偏置**，会加到输出的每一格上。
#
# **先猜：** 一个层用 $5\times 5$ 的卷积核，它要学习多少个数？这与图像的大小有关吗？

# %% [markdown] lang="en" slide="slide"
# ## From an operation to a layer
#
# **Predict:** how many numbers does it learn for a $5\times 5$ kernel? Does that depend on the picture?

# %% [markdown] lang="zh" slide="slide"
# ## 从运算到层
#
# **先猜：** 用 $5\times 5$ 的卷积核，它要学习多少个数？与图像大小有关吗？


# %% tags=["slide-code"]
class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return d2l.corr2d(x, self.weight) + self.bias


# %% tags=["slide-answer"]
layer = Conv2D((5, 5))
print(f"parameters: {sum(p.numel() for p in layer.parameters())}")
# zh: print(f"参数个数：{sum(p.numel() for p in layer.parameters())}")
layer(photo).shape, layer(photo[:50, :50]).shape

# %% [markdown] lang="en" slide="notes"
# **4 min.** **Answer:** 26, for the photograph as for a small piece of it: one kernel, one bias. The last line shows the two outputs' shapes.
#
# **Expect:** 25 (the bias forgotten), or one bias for each cell. **Ask:** what does the layer answer to a picture that is black everywhere? (Its bias, everywhere.) `nn.Conv2d` gives the same with the same numbers; it only has two more axes.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** **答案：** 26，整张照片和其中一小块都一样：一个卷积核，一个偏置。最后一行是两个输出的形状。
#
# **常见错误：** 答 25（漏了偏置），或者以为每格各有一个偏置。**提问：** 一张全黑的图像，这个层输出什么？（处处等于偏置。）参数相同时，`nn.Conv2d` 的结果也相同，只是多了两个轴。

# %% [markdown] lang="en"
# Twenty-five weights and a bias, for a small picture as for a large one. That is the great saving, and chapter 01 tells where
# it comes from.
#
# PyTorch's layer is `nn.Conv2d`. Given the same numbers it must give the same answer, so let us copy ours into it. Note the
# shapes: PyTorch keeps the kernel with two more axes, (output channels, input channels, height, width), and one bias for each
# output channel.

# %% [markdown] lang="zh"
# 二十五个权重加一个偏置，小图大图都一样。省下的参数极为可观，其中的道理见第 01 章。
#
# PyTorch 的卷积层叫 `nn.Conv2d`。参数相同，结果就应当相同，所以我们把自己的参数抄进去试试。
# 注意形状：PyTorch 的卷积核多出两个轴，形状是（输出通道，输入通道，高，宽）；偏置则是每个输出通道一个。

# %%
official = nn.Conv2d(1, 1, kernel_size=5)
with torch.no_grad():
    official.weight.copy_(layer.weight[None, None])
    official.bias.copy_(layer.bias)
official.weight.shape

# %%
d2l.compare(d2l.comp_conv2d(official, photo), layer(photo), tolerance=1e-4)

# %% [markdown] lang="en"
# `d2l.comp_conv2d` adds the two axes before the layer and takes them off after it.
#
# <details><summary><b>Check yourself:</b> what does the bias do to a picture that is black everywhere?</summary>
#
# All products are zero, so every cell of the output is the bias itself. Without a bias, black could only ever be answered
# by zero.
# </details>

# %% [markdown] lang="zh"
# `d2l.comp_conv2d` 先添上那两个轴再送进卷积层，出来之后再把它们去掉。
#
# <details><summary><b>自测：</b>对一张全黑的图像，偏置起什么作用？</summary>
#
# 所有乘积都是零，于是输出的每一格都等于偏置本身。没有偏置的话，全黑的图像就只能得到零。
# </details>

# %% [markdown] lang="en"
# ## 5 · Cross-correlation or convolution?
#
# Mathematicians mean something slightly different by **convolution**: the kernel is rotated by 180 degrees first. In the
# formula two signs change. (The indices then start elsewhere: `d2l.convolve2d` counts from the first place where the kernel fits whole.)
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$$
#
# **Predict:** the picture below is black but for a single 1 in the middle. What does cross-correlation answer? And
# convolution?

# %% [markdown] lang="zh"
# ## 5 · 互相关还是卷积？
#
# 数学家说的**卷积**略有不同：先要把卷积核旋转 180 度。写成公式，就是有两处加号变成了减号。（下标的起点也随之不同：`d2l.convolve2d` 从卷积核第一次完整放得下的位置数起。）
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$$
#
# **先猜：** 下面的图像全黑，只有正中间一个 1。互相关的结果是什么？卷积的结果又是什么？

# %% [markdown] lang="en" slide="slide"
# ## Correlation or convolution?
#
# Convolution turns the kernel by 180°: $\;\sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$
#
# **Predict:** a black picture with a single 1 in the middle. What does each of the two answer?

# %% [markdown] lang="zh" slide="slide"
# ## 互相关还是卷积？
#
# 卷积先把卷积核旋转 180°：$\;\sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$
#
# **先猜：** 一张全黑的图像，只有正中间一个 1。两种运算各输出什么？

# %% tags=["slide-answer"]
dot = torch.zeros(3, 3)
dot[1, 1] = 1
results = {"correlation": d2l.corr2d(dot, K), "convolution": d2l.convolve2d(dot, K)}
# zh: results = {"互相关": d2l.corr2d(dot, K), "卷积": d2l.convolve2d(dot, K)}
d2l.show_grids({"dot": dot, "K": K} | results)
# zh: d2l.show_grids({"点": dot, "K": K} | results)

# %% [markdown] lang="en" slide="fragment"
# Convolution *stamps* the kernel; cross-correlation stamps it turned.

# %% [markdown] lang="zh" slide="fragment"
# 卷积把卷积核原样*盖*了个章；互相关盖出来的，是转了半圈的。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Half of the class computes cross-correlation, the other half convolution. Cross-correlation first: the dot meets the kernel's *last* cell first, therefore the answer comes out turned.
#
# **Expect:** everybody guesses the upright kernel for cross-correlation. **Ask:** for which kernels is there no difference? Those that look alike after half a turn.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 一半人算互相关，一半人算卷积。先看互相关：那个点最先遇到的是卷积核的*最后*一格，所以出来的是转了半圈的。
#
# **常见错误：** 几乎人人以为互相关会给出原样的卷积核。**提问：** 对哪些卷积核，两者没有差别？转半圈与自己相同的那些。

# %% [markdown] lang="en"
# Convolution answers a dot with the kernel itself, upright: it *stamps* the kernel wherever the picture has light. Cross-
# correlation answers with the kernel rotated, because the dot meets the kernel's last cell first. For signal processing the
# stamp is the natural thing, and it makes convolution commutative (if every overlap counts, not only whole windows). Layers compute cross-correlation: no index runs
# backwards. They are called convolutional all the same.
#
# Does a network lose something by that? Rotate the kernel and compare:

# %% [markdown] lang="zh"
# 卷积对一个点的回答就是卷积核本身，方向不变：图像上哪里有亮点，就在哪里*盖*一个卷积核的章。
# 互相关的回答则是旋转过的卷积核，因为那个点最先遇到的是卷积核的最后一格。
# 在信号处理里，盖章是更自然的看法，卷积的交换律也由此而来（前提是所有重叠都算数，而不只是完整的窗口）。卷积层用的却是互相关，因为这样下标不用倒着走；名字倒是照叫卷积层。
#
# 网络会因此吃亏吗？把卷积核旋转过来比一比：

# %%
rotated = random_kernel.rot90(2)
d2l.compare(d2l.corr2d(photo, random_kernel), d2l.convolve2d(photo, rotated))

# %% [markdown] lang="en"
# Whatever cross-correlation computes with a kernel, convolution computes with the rotated kernel. So what happens if the kernel
# is *learned*? Chapter 04 explains how learning works; here just watch. We let two layers learn the same answer, one by
# cross-correlation, the other by convolution:

# %% [markdown] lang="zh"
# 互相关用一个卷积核算出的结果，卷积用旋转后的卷积核也能算出来。那么，如果卷积核是*学*来的，会怎样？
# 学习的原理第 04 章再讲，这里先看结果。让两个层学习同一个答案，一个用互相关，另一个用卷积：

# %%
texture = torch.randn(20, 20)
target = d2l.corr2d(texture, K)


def learn(operation):
    learned = torch.zeros(2, 2, requires_grad=True)
    for _ in range(50):
        ((operation(texture, learned) - target) ** 2).mean().backward()
        with torch.no_grad():
            learned -= 0.3 * learned.grad
            learned.grad.zero_()
    return learned


# %% [markdown] lang="en" slide="slide"
# ## Does a network mind?
#
# Two layers learn the same answers, made with `[[0, 1], [2, 3]]`: one by cross-correlation, one by convolution.
#
# **Predict:** which kernel does each of them find?

# %% [markdown] lang="zh" slide="slide"
# ## 网络在乎吗？
#
# 用 `[[0, 1], [2, 3]]` 造出一份答案，让两个层去学：一个用互相关，一个用卷积。
#
# **先猜：** 它们各自学到什么卷积核？

# %% tags=["slide-answer"]
d2l.show_grids({"correlation": learn(d2l.corr2d), "convolution": learn(d2l.convolve2d)})
# zh: d2l.show_grids({"互相关": learn(d2l.corr2d), "卷积": learn(d2l.convolve2d)})

# %% [markdown] lang="en" slide="fragment"
# **A learned kernel does not care.**

# %% [markdown] lang="zh" slide="fragment"
# **学到的卷积核不在乎是哪一种。**

# %% [markdown] lang="en" slide="notes"
# **3 min.** How learning works is the matter of chapter 04; here only the result counts: the same numbers, turned, and the same outputs.
#
# **Ask:** when *do* you have to care? When a kernel travels from one program to another: `scipy.signal.convolve2d` really convolves, `nn.Conv2d` does not. **Expect:** "so the name convolutional is wrong". Strictly, yes; nobody minds.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 学习的原理是第 04 章的事，这里只看结果：同样的数，转了方向，输出相同。
#
# **提问：** 什么时候*必须*在乎？把卷积核从一个程序搬到另一个程序的时候：`scipy.signal.convolve2d` 做的是真正的卷积，`nn.Conv2d` 不是。**常见错误：** “那卷积层这名字就错了。”严格说是的，只是没人计较。

# %% [markdown] lang="en"
# The same numbers, rotated, and the same outputs: **a learned kernel does not care.** You have to care when you carry a kernel
# from one program to another, for instance from SciPy, whose `convolve2d` means what it says. (The last line shows the commutativity:
# with `mode="full"` every overlap counts.)

# %% [markdown] lang="zh"
# 同样的数，只是转了方向，输出也相同：**学到的卷积核不在乎是哪一种。** 需要当心的，是把卷积核从一个程序搬到另一个程序的时候。
# 比如 SciPy 的 `convolve2d` 名副其实，做的是真正的卷积。（最后一行是交换律：`mode="full"` 表示所有重叠都算数。）

# %%
from scipy import signal

P, R = photo.numpy(), random_kernel.numpy()
by_scipy = torch.from_numpy(signal.convolve2d(P, R, mode="valid"))
by_corr2d, by_convolve2d = (
    d2l.corr2d(photo, random_kernel),
    d2l.convolve2d(photo, random_kernel),
)
print(f"scipy and corr2d:     {d2l.compare(by_scipy, by_corr2d).same}")
print(f"scipy and convolve2d: {d2l.compare(by_scipy, by_convolve2d).same}")
# zh: print(f"scipy 与 corr2d 相同：{d2l.compare(by_scipy, by_corr2d).same}")
# zh: print(f"scipy 与 convolve2d 相同：{d2l.compare(by_scipy, by_convolve2d).same}")
small = P[:20, :20]
swapped = signal.convolve2d(R, small, mode="full")
difference = abs(signal.convolve2d(small, R, mode="full") - swapped).max()
print(f"commutative:          {difference < 1e-5}")
# zh: print(f"交换后不变：{difference < 1e-5}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> for which kernels do cross-correlation and convolution give the same answer on every picture?</summary>
#
# For those that look the same after half a turn, such as a blur whose weights are all equal. The kernel `[1, -1]` becomes `[-1, 1]`, so there
# every answer changes its sign.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>对哪些卷积核，互相关与卷积在任何图像上结果都相同？</summary>
#
# 旋转半圈之后与自己相同的那些，比如各格权重相等的模糊核。而 `[1, -1]` 转过来成了 `[-1, 1]`，所以每个输出都变号。
# </details>

# %% [markdown] lang="en"
# ## 6 · How far does one cell see?
#
# One output cell sees a window as large as the kernel. Put a second layer on top of the first: its window covers several cells
# of the first output, and each of those saw a window of its own. The part of the *input* that can influence a cell is its
# **receptive field**.
#
# **Predict:** two layers with $2\times 2$ kernels. How large is the receptive field of a cell of the second output? Four
# by four?
#
# We can ask the network itself. With kernels of ones nothing can cancel, so a cell of the input is seen exactly where the gradient is
# not zero.

# %% [markdown] lang="zh"
# ## 6 · 一格能看多远？
#
# 输出的一格看到的窗口与卷积核一样大。在第一层上面再叠一层：它的窗口盖住第一层输出的好几格，而其中每一格又各自看到过一个窗口。
# *输入*中能够影响某一格的那部分，叫做这一格的**感受野**。
#
# **先猜：** 两层都用 $2\times 2$ 的卷积核。第二层输出的一格，感受野有多大？四乘四吗？
#
# 可以直接问网络。卷积核全为一，不会有正负抵消，所以输入的哪些格被看到了，只要看哪些格的梯度不为零。

# %% [markdown] lang="en" slide="slide"
# ## How far does one cell see?
#
# Two layers, each with a $2\times 2$ kernel of ones.
#
# **Predict:** how large is the *receptive field* of one cell of the second output: four by four?

# %% [markdown] lang="zh" slide="slide"
# ## 一格能看多远？
#
# 两层，卷积核都是 $2\times 2$，各数全为一。
#
# **先猜：** 第二层输出的一格，*感受野*有多大？四乘四吗？

# %% tags=["slide-answer"]
picture = torch.rand(6, 6, requires_grad=True)
deep = d2l.corr2d(d2l.corr2d(picture, torch.ones(2, 2)), torch.ones(2, 2))
deep[1, 2].backward()
d2l.show_grids({"gradient": picture.grad}, mark={"gradient": (1, 2, 3, 3)})
# zh: d2l.show_grids({"梯度": picture.grad}, mark={"梯度": (1, 2, 3, 3)})

# %% [markdown] lang="en" slide="notes"
# **4 min.** **Answer:** three by three, and the network tells us itself: the gradient is not zero exactly where a cell of the input was seen.
#
# **Expect:** four by four, because $2\cdot 2 = 4$. Draw the two windows: they overlap in one column. **Ask:** what do the numbers 1, 2, 4 count? The paths from an input cell to the answer.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** **答案：** 三乘三，这是网络自己说的：输入的哪一格被看到，哪一格的梯度就不为零。
#
# **常见错误：** 四乘四，因为 $2\cdot 2 = 4$。把两个窗口画出来：它们重叠一列。**提问：** 图里的 1、2、4 数的是什么？从输入的一格通到这个输出的路径条数。

# %% [markdown] lang="en"
# Three by three: the second kernel is two cells wide, so the windows it combines lie one cell apart and overlap. A layer with
# kernel $k$ enlarges the field by $k-1$. (The numbers tell something more: the middle is seen along four paths, a corner
# along one. With kernels of ones, the centre of the field counts most.)
#
# If a layer moves its window in steps of $s$ cells (its *stride*, chapter 05), neighbours of its output lie $s$ cells apart
# in its input, and every later layer reaches further by that factor. The recursion, from the input upwards, with the field's
# size $r$ and the distance $t$ between neighbours, both 1 to begin with:
#
# $$r \leftarrow r + (k-1)\,t, \qquad t \leftarrow t\,s$$
#
# `d2l.receptive_field` follows it. Each entry is a kernel, or a pair of kernel and stride.
#
# **Predict:** three layers of $3\times 3$ see seven cells. And with stride 2 in each of them?

# %% [markdown] lang="zh"
# 三乘三：第二个卷积核宽两格，它所合并的窗口彼此只错开一格，互相重叠。卷积核大小为 $k$ 的层，让感受野增大 $k-1$ 格。
# （这些数还透露了一件事：正中间的一格经由四条路径被看到，角上的只有一条。卷积核全为一时，感受野的中心分量最重。）
#
# 如果某层的窗口每次移动 $s$ 格（即*步幅*，见第 05 章），那么它的输出中相邻的两格，在它的输入中相隔 $s$ 格，
# 后面每一层带来的增量也就放大这么多倍。从输入往上递推，用 $r$ 表示感受野的大小，用 $t$ 表示相邻两格的间距，二者都从 1 开始：
#
# $$r \leftarrow r + (k-1)\,t, \qquad t \leftarrow t\,s$$
#
# `d2l.receptive_field` 做的就是这个递推。列表的每一项是一个卷积核的大小，或者（卷积核大小，步幅）这样的一对。
#
# **先猜：** 三层 $3\times 3$ 能看到七格。如果每层的步幅都是 2 呢？

# %% [markdown] lang="en" slide="slide"
# ## Small kernels, one upon the other
#
# $$r \leftarrow r + (k-1)\,t, \qquad t \leftarrow t\,s$$
#
# Field $r$, kernel $k$, step $s$, distance $t$ between neighbours.
#
# **Predict:** three layers of $3\times 3$ see 7 cells. And with step 2 in each?

# %% [markdown] lang="zh" slide="slide"
# ## 小卷积核，一层叠一层
#
# $$r \leftarrow r + (k-1)\,t, \qquad t \leftarrow t\,s$$
#
# 感受野 $r$，卷积核 $k$，步幅 $s$，相邻两格的间距 $t$。
#
# **先猜：** 三层 $3\times 3$ 能看到 7 格。如果每层的步幅都是 2 呢？

# %% tags=["slide-answer"]
print("two 2x2:            ", d2l.receptive_field([2, 2]).size)
print("three 3x3:          ", d2l.receptive_field([3, 3, 3]).size)
print("three 3x3, stride 2:", d2l.receptive_field([(3, 2), (3, 2), (3, 2)]).size)
# zh: print("两层 2×2           ", d2l.receptive_field([2, 2]).size)
# zh: print("三层 3×3           ", d2l.receptive_field([3, 3, 3]).size)
# zh: print("三层 3×3，步幅为 2 ", d2l.receptive_field([(3, 2), (3, 2), (3, 2)]).size)

# %% [markdown] lang="en"
# Three small kernels see as far as one $7\times 7$ kernel. What do they cost?

# %% [markdown] lang="zh"
# 三个小卷积核与一个 $7\times 7$ 的卷积核看得一样远。代价各是多少？

# %% tags=["slide-answer"]
print(f"weights of three 3x3: {3 * 3 * 3}  weights of one 7x7: {7 * 7}")
# zh: print(f"三个 3×3 的权重数：{3 * 3 * 3}，一个 7×7 的权重数：{7 * 7}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Do the recursion on the board: $r$ goes 1, 3, 7, 15, because $t$ goes 1, 2, 4.
#
# **Expect:** 14, twice the 7. **Ask:** three small kernels see as far as one $7\times 7$ kernel; what do they save? 27 weights and not 49. **And what do they lose?** They can imitate only some of all $7\times 7$ kernels.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在黑板上递推一遍：$r$ 依次是 1、3、7、15，因为 $t$ 依次是 1、2、4。
#
# **常见错误：** 14，即 7 的两倍。**提问：** 三个小卷积核与一个 $7\times 7$ 的看得一样远，省下什么？权重是 27 个，而不是 49 个。**又失去什么？** 只能模仿出一部分 $7\times 7$ 的卷积核。

# %% [markdown] lang="en"
# That is one reason why deep networks are built from small kernels: the same view for fewer weights. (It has its price: three small
# kernels in a row can imitate only some of all $7\times 7$ kernels.)
#
# <details><summary><b>Check yourself:</b> how many layers of 3×3 until one cell sees a whole picture of 29 rows?</summary>
#
# Each layer adds 2 rows, the field is $1 + 2L$ rows high. It must reach 29, so $L = 14$ layers. And 14 layers take
# 28 rows away: exactly one cell is left. With strides it takes far fewer.
# </details>

# %% [markdown] lang="zh"
# 深层网络爱用小卷积核，这是原因之一：看得一样远，权重却更少。（代价是：三个小卷积核连用，
# 只能模仿出一部分 $7\times 7$ 的卷积核。）
#
# <details><summary><b>自测：</b>要叠多少层 3×3 的卷积，一格才能看到整张 29 行高的图像？</summary>
#
# 每层增加 2 行，感受野高 $1 + 2L$ 行。要达到 29 行，需要 $L = 14$ 层。而 14 层一共去掉 28 行，
# 恰好剩下一格。如果用上步幅，层数会少得多。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - multiply, add, move on: one small question, asked everywhere
# - the answers are a picture again: $n-k+1$ cells on each axis
# - a layer learns a kernel and a bias, whatever the picture's size
# - turned or not: a learned kernel does not care
# - each layer sees $k-1$ cells further, steps multiply

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 相乘、相加、再移动：同一个小问题，处处都问
# - 所有回答又排成一张图：每条轴上 $n-k+1$ 格
# - 卷积层学一个卷积核和一个偏置，与图像大小无关
# - 卷积核转不转，学到的卷积核不在乎
# - 每加一层，多看 $k-1$ 格；步幅再把它成倍放大

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the first question: the program asks about the roof's edge in 271,150 places, and what it gets is a picture of answers. **Ask:** which nine numbers would find that edge? Collect guesses: chapter 03 begins there. Set exercises 1 to 4.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到开头的问题：程序在 271,150 个位置上打听屋顶的边缘，得到的是一张由回答组成的图。**提问：** 用哪九个数能找出那条边缘？收集几个猜测，第 03 章就从这里讲起。布置练习 1 到 4。

# %% tags=["exercises"]
exercises.ch02

# %% [markdown] lang="en"
# ## Summary
#
# A program asks the same small question everywhere by sliding a kernel over the picture: multiply, add, move on. The answers
# form a new picture, the feature map, $n-k+1$ cells long on each axis. Loops say it most clearly; loops over the kernel,
# `F.conv2d` and `nn.Conv2d` say the same much faster. A layer learns its kernel and a bias, and does not care whether we call
# it correlation or convolution. Layers on top of layers see further: each adds $k-1$ cells, strides multiply.
#
# **Next:** which question is worth asking? Chapter 03 chooses kernels by hand and finds edges in photographs.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html),
#   "Convolutions for Images", whose example numbers we share.
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285), for the shapes.
# - Araujo, Norris and Sim, [Computing Receptive Fields of Convolutional Neural Networks](https://distill.pub/2019/computing-receptive-fields/).

# %% [markdown] lang="zh"
# ## 小结
#
# 让卷积核在图像上滑动，相乘、相加、再移动，程序就在每个位置上问了同一个小问题。
# 所有回答组成一张新的图，即特征图，它在每条轴上长 $n-k+1$ 格。双重循环说得最清楚；在卷积核上循环、`F.conv2d`、`nn.Conv2d`
# 说的是同一件事，只是快得多。卷积层学习卷积核和一个偏置，不在乎我们叫它互相关还是卷积。
# 层上叠层，看得更远：每加一层就多看 $k-1$ 格，步幅再把它成倍放大。
#
# **下一步：** 什么样的问题值得问？第 03 章将亲手挑选卷积核，在照片里寻找边缘。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)
#   （Dive into Deep Learning，链接指向英文版）中关于图像卷积的一节，本章的例子沿用了其中的数字。
# - Dumoulin、Visin：[A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285)，讲形状的计算。
# - Araujo、Norris、Sim：[Computing Receptive Fields of Convolutional Neural Networks](https://distill.pub/2019/computing-receptive-fields/)，讲感受野。
