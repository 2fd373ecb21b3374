# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 05 Padding, stride, dilation
#
# *Lay ten layers of $5\times 5$ on top of each other, and a picture of $240\times 240$ has become one of $200\times 200$. What
# stood at its border was hardly looked at. How do we decide ourselves how large the output is, and what is the price?*
#
# **In this chapter you will**
# - add padding, and say for any kernel how much of it keeps the size;
# - measure what padding does to the border, and how deep into the picture it reaches;
# - take larger steps, and find the cells that are never looked at;
# - spread a kernel out so that it sees further with the same weights;
# - predict the size of any output with one formula;
# - know every argument of `nn.Conv2d` by what it changes.
#
# **Time:** about 40 minutes to read and run, three hours for all the exercises. **You need:** chapter 02; it helps to have met blurring
# kernels in chapter 03.

# %% [markdown] lang="zh"
# # 05 填充、步幅与空洞
#
# *把十个 $5\times 5$ 的卷积层叠起来，$240\times 240$ 的图像就只剩下 $200\times 200$，而边界上的内容几乎没被看过。
# 输出多大，怎样才能由我们自己说了算？代价又是什么？*
#
# **学完本章，你将能够**
# - 给图像加上填充，并说出任意大小的卷积核需要填充多少才能保持尺寸；
# - 量一量填充对边界的影响，看它会深入图像多少；
# - 让窗口迈开大步，并找出从未被看过的格；
# - 把卷积核撑开，用同样多的权重看得更远；
# - 用一个公式预测任何输出的大小；
# - 认识 `nn.Conv2d` 的每一个参数，说得出它改变的是什么。
#
# **所需时间：** 阅读并运行约 40 分钟，做完全部练习约需三小时。**预备知识：** 第 02 章；最好也在第 03 章见过模糊核。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Let the question stand for a moment. **Ask:** who has had a network that would not run, because a size was wrong? What did you do? Most say: *tried other numbers until it ran.* Today we work them out.
#
# **Expect:** "padding solves that." It saves the size. What it does not save is the point of this lecture.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先让大家想一想这个问题。**提问：** 谁遇到过大小对不上、网络跑不起来的情况？当时怎么办的？多数人会说：*换几个数，试到能跑为止。* 今天我们把这些数算出来。
#
# **常见错误：** “加上填充不就行了？”填充保得住尺寸；有一样东西它保不住，那正是这节课的重点。

# %%
import inspect
import warnings

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
# ## 1 · A frame of zeros
#
# Chapter 02 found that a kernel of $k$ cells takes $k-1$ cells away from each axis. Once, that is harmless.
#
# **Predict:** ten layers with $5\times 5$ kernels, one after the other. What share of the $240\times 240$ pixels is left?

# %% [markdown] lang="zh"
# ## 1 · 一圈零
#
# 第 02 章说过：大小为 $k$ 的卷积核，会让每条轴少掉 $k-1$ 格。只做一次，无伤大雅。
#
# **先猜：** 十层 $5\times 5$ 的卷积，一层接一层。$240\times 240$ 个像素还剩下几成？

# %% [markdown] lang="en" slide="slide"
# ## Ten layers of $5\times 5$
#
# A $240\times 240$ picture. Each layer takes $k-1 = 4$ cells away from both axes.
#
# **Predict:** what share of the pixels is left?

# %% [markdown] lang="zh" slide="slide"
# ## 十层 $5\times 5$
#
# 图像 $240\times 240$。每过一层，两条轴各少 $k-1 = 4$ 格。
#
# **先猜：** 像素还剩下几成？

# %% tags=["slide-answer"]
deep = nn.Sequential(*[nn.Conv2d(1, 1, kernel_size=5) for _ in range(10)])
size = tuple(deep(torch.zeros(1, 1, 240, 240)).shape[2:])
print(f"{size}: {size[0] * size[1] / 240**2:.0%} of the pixels are left")
# zh: print(f"{size}：剩下 {size[0] * size[1] / 240**2:.0%} 的像素")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Everybody writes down a percentage before you press the key.
#
# **Expect:** 83%, which is 200 of 240 on one axis. Pixels go with the square. A few forget that *every* layer takes its share, and say four cells, not forty.
#
# Leads on: and the pixels that are left, were they all looked at alike?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 按键之前，让每个人先写下一个百分数。
#
# **常见错误：** 答 83%，那只是一条轴上 240 格剩 200 格；像素数要按平方算。也有人忘了*每一层*都要减，以为一共只少四格，其实是四十格。
#
# 由此引出：剩下的像素，待遇都一样吗？

# %% [markdown] lang="en"
# And that is the smaller loss: the pixels of the input are not looked at equally either. How often is a pixel *used*, that is, in how
# many windows does it lie? The gradient counts for us: with a kernel of ones, each window passes exactly 1 back to each of its cells.
#
# **Predict:** an $8\times 8$ picture, one $3\times 3$ kernel. How often is a corner used? And a cell in the middle?

# %% [markdown] lang="zh"
# 这还是小损失。更要紧的是，输入的各个像素待遇并不相同。一个像素*用*到了多少次，也就是说，落在多少个窗口里？
# 这可以让梯度来数：卷积核全为一时，每个窗口恰好给其中的每一格传回一个 1。
#
# **先猜：** $8\times 8$ 的图像，一个 $3\times 3$ 的卷积核。角上的一格被用了几次？中间的一格呢？


# %%
def uses(kernel=3, n=8, layers=1, **settings):
    picture = torch.zeros(1, 1, n, n, dtype=torch.float64, requires_grad=True)
    ones, Y = torch.ones(1, 1, kernel, kernel, dtype=torch.float64), picture
    for _ in range(layers):
        Y = F.conv2d(Y, ones, **settings)
    Y.sum().backward()
    return picture.grad[0, 0]


# %% [markdown] lang="en" slide="slide"
# ## Who is looked at?
#
# An $8\times 8$ picture, one $3\times 3$ kernel.
#
# **Predict:** in how many windows does a corner lie? And a cell in the middle?

# %% [markdown] lang="zh" slide="slide"
# ## 谁被看到？
#
# 图像 $8\times 8$，一个 $3\times 3$ 的卷积核。
#
# **先猜：** 角上的一格落在几个窗口里？中间的一格呢？

# %% tags=["slide-answer"]
d2l.show_grids({"uses": uses()})
# zh: d2l.show_grids({"使用次数": uses()})

# %% [markdown] lang="en" slide="fragment"
# Through ten layers of $5\times 5$: **one** path from the corner, $25^{10} = 95\,367\,431\,640\,625$ from the middle.

# %% [markdown] lang="zh" slide="fragment"
# 穿过十层 $5\times 5$：从角上出发只有**一条**路，从中间出发有 $25^{10} = 95\,367\,431\,640\,625$ 条。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The figure is a gradient: with a kernel of ones, every window passes 1 back to each of its cells. So the gradient counts windows.
#
# **Ask:** where in the grid do you see rows times columns? (1, 2, 3, 3, ... along each axis.) **Expect:** "the corner gets half as much." It is one against nine, and every further layer makes it worse.
#
# Leads on: give the corner more windows. Where from? We invent cells.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 这张图其实是梯度：卷积核全为一时，每个窗口给其中的每一格传回 1。所以梯度数出来的就是窗口数。
#
# **提问：** 表里哪里看得出“行乘以列”？（每条轴上都是 1, 2, 3, 3, ...）**常见错误：** 以为角上只是少一半。其实是一比九，层数越多越悬殊。
#
# 由此引出：要让角上多几个窗口，从哪里来？编造一些格。

# %% [markdown] lang="en"
# Once, against nine times. With every further layer the gap widens. Through ten layers of $5\times 5$ we count paths: the ways that lead
# from a pixel up to some cell of the last output.

# %% [markdown] lang="zh"
# 一次对九次。层数越多，差距越大。对十层 $5\times 5$，我们来数路径：从一个像素出发，往上走到最后一层的输出，终点是哪一格都行，一共有多少条路。

# %%
paths = uses(kernel=5, n=240, layers=10)
print(f"corner: {int(paths[0, 0]):,}  middle: {int(paths[120, 120]):,}")
# zh: print(f"角上：{int(paths[0, 0]):,}  中间：{int(paths[120, 120]):,}")
assert paths[120, 120] == 25**10

# %% [markdown] lang="en"
# One path from the corner, $25^{10}$ from the middle. Whatever stands in the corner has next to no say in the answer.
#
# The remedy looks like cheating. Put a frame of invented cells around the picture, usually zeros, and let the window run over it: **padding**.
# Here is the picture of chapter 02 with a frame of one cell.
#
# **Predict:** the picture has 3 rows, the kernel 2. How many rows has the output now? And which number stands in its first cell?

# %% [markdown] lang="zh"
# 从角上出发只有一条路，从中间出发却有 $25^{10}$ 条。角上不管画着什么，在结果里都几乎没有发言权。
#
# 补救的办法看上去像作弊：在图像四周围上一圈编造出来的格，里面通常填零，让窗口也从上面滑过。这就是**填充**。
# 下面是第 02 章的那张图像，围上了一圈零，宽一格。
#
# **先猜：** 图像有 3 行，卷积核有 2 行。现在输出有几行？输出的第一格是几？

# %% [markdown] lang="en" slide="slide"
# ## A frame of zeros
#
# **Padding:** invented cells around the picture, for the window to run over.
#
# **Predict:** 3 rows, kernel 2, a frame of one cell: how many rows come out?

# %% [markdown] lang="zh" slide="slide"
# ## 一圈零
#
# **填充：** 在图像四周编造一些格，窗口也从上面滑过。
#
# **先猜：** 图像 3 行，卷积核 2 行，四周各围一格。输出有几行？

# %% tags=["slide-answer"]
X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
Y = F.conv2d(X[None, None], K[None, None], padding=1)[0, 0]
padded = F.pad(X, (1, 1, 1, 1))
d2l.show_grids({"padded": padded}, K=K, Y=Y, mark={"padded": (0, 0, 2, 2), "Y": (0, 0, 1, 1)})
# zh: d2l.show_grids({"填充后": padded}, K=K, Y=Y, mark={"填充后": (0, 0, 2, 2), "Y": (0, 0, 1, 1)})

# %% [markdown] lang="en" slide="fragment"
# $m = n + p - k + 1$, where $p$ counts *both sides*. The old answers remain.

# %% [markdown] lang="zh" slide="fragment"
# $m = n + p - k + 1$，$p$ 指*两侧之和*。原来的输出一个也没变。

# %% [markdown] lang="en" slide="notes"
# **3 min.** It is the picture of chapter 02 again; let them find 19, 25, 37, 43 in the middle of the output. Padding adds answers, it does not alter the old ones.
#
# **Ask:** which number stands at the top left? (Three zeros of the frame and the picture's own 0.) How wide a frame makes sense at most? ($k-1$ on each side; beyond that a window lies in the frame altogether.)
#
# **Expect:** five rows, from 3 + 2 and forgetting the kernel.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 还是第 02 章的那张图像；让大家在输出的中间找出 19、25、37、43。填充只添上新的输出，不改动原有的。
#
# **提问：** 左上角是几？（看到的是三个填充的零，外加图像自己的 0。）每侧最多填几格才有意义？（$k-1$ 格；再多，就有窗口整个落在填充里了。）
#
# **常见错误：** 答五行，只算了 3 + 2，忘了减去卷积核。

# %% [markdown] lang="en"
# Four rows. The window in the top left corner sees three zeros of the frame and the picture's own 0: its answer is 0. In the middle of `Y` you
# find the four numbers 19, 25, 37 and 43 of chapter 02 again, unchanged. Padding adds answers; it does not alter those that were there.
#
# If the frame adds $p$ cells to an axis *in all*, the window finds as many places as on a picture of $n+p$ cells:
#
# $$m = n + p - k + 1$$
#
# <details><summary><b>Check yourself:</b> how wide a frame makes sense at most around this picture, for a kernel of 2 cells?</summary>
#
# One cell. With two, the window in the corner would lie in the frame altogether and answer 0, whatever the picture shows. In general,
# $k-1$ cells on each side are the most that make sense.
# </details>

# %% [markdown] lang="zh"
# 有四行。左上角的窗口看到的是三个填充的零，外加图像自己的那个 0，所以输出是 0。在 `Y` 的中间，你会认出第 02 章的四个数：
# 19、25、37 和 43，一个也没变。填充只是添上新的输出，并不改动原有的。
#
# 如果填充让一条轴*总共*多出 $p$ 格，那么窗口可放的位置，就和在 $n+p$ 格的图像上一样多：
#
# $$m = n + p - k + 1$$
#
# <details><summary><b>自测：</b>对这张图像和大小为 2 的卷积核，每侧最多填充几格才有意义？</summary>
#
# 一格。要是填两格，角上的窗口就会整个落在填充里，不管图像是什么，输出都是 0。
# 一般来说，每侧最多填充 $k-1$ 格才有意义。
# </details>

# %% [markdown] lang="en"
# ## 2 · How much padding keeps the size?
#
# We want $m = n$, so the frame must add $p = k-1$ cells in all. For a $3\times 3$ kernel that is $p = 2$.
#
# **Predict:** you write `padding=2` into PyTorch's layer. An $8\times 8$ picture goes in; what comes out?

# %% [markdown] lang="zh"
# ## 2 · 填充多少才能保持尺寸？
#
# 要让 $m = n$，填充总共要添 $p = k-1$ 格。对 $3\times 3$ 的卷积核，就是 $p = 2$。
#
# **先猜：** 在 PyTorch 的卷积层里写上 `padding=2`，送进一张 $8\times 8$ 的图像，出来的是多大？

# %% [markdown] lang="en" slide="slide"
# ## How much keeps the size?
#
# For a $3\times 3$ kernel, $m = n$ needs $p = k-1 = 2$.
#
# **Predict:** in PyTorch, what does `padding=2` make of an $8\times 8$ picture?

# %% [markdown] lang="zh" slide="slide"
# ## 填多少才能保持尺寸？
#
# $3\times 3$ 的卷积核，要使 $m = n$，就得 $p = k-1 = 2$。
#
# **先猜：** 在 PyTorch 里写 `padding=2`，$8\times 8$ 的图像会变成多大？


# %% tags=["slide-answer"]
def shape_of(*arguments, n=(8, 8), **settings):
    return tuple(nn.Conv2d(1, 1, *arguments, **settings)(torch.zeros(1, 1, *n)).shape[2:])


print(f"padding 2: {shape_of(3, padding=2)}  padding 1: {shape_of(3, padding=1)}")
# zh: print(f"填充 2：{shape_of(3, padding=2)}  填充 1：{shape_of(3, padding=1)}")
assert shape_of(3, padding=2) != (8, 8)

# %% [markdown] lang="en" slide="fragment"
# The formula counts *both* sides, PyTorch *each* side: write $(k-1)/2$.

# %% [markdown] lang="zh" slide="fragment"
# 公式数的是两侧*之和*，PyTorch 数的是*每一侧*：要写 $(k-1)/2$。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Nearly everybody walks into this one, and that is what it is for. Books often mean the one, libraries the other.
#
# **Ask:** and a kernel of 4? Three cells do not divide by two. `padding="same"` puts the larger part to the right and the bottom. That is one reason why kernels are odd; the other is that an odd kernel has a middle.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 几乎人人都会掉进去，这道题就是为此准备的。书上往往是一种数法，程序库是另一种。
#
# **提问：** 卷积核是 4 呢？三格没法平分。`padding="same"` 把多的那份给右侧和下侧。卷积核多取奇数，这是原因之一；另一个原因是，奇数才有正中间。

# %% [markdown] lang="en"
# Too large. In the formula above $p$ counts **both sides together**; PyTorch's argument counts **each side**, and `padding=2` adds four.
# The slip is easily made, because books often mean the one and libraries the other. Per side, the answer is
# $(k-1)/2$. For $3\times 3$ it is 1, for $5\times 5$ it is 2; a kernel of $5\times 3$ needs a pair, height first.

# %% [markdown] lang="zh"
# 太大了。上面公式里的 $p$ 指**两侧之和**，PyTorch 的参数指的却是**每一侧**，所以 `padding=2` 一共添了四格。
# 这个错很容易犯，因为书上往往用前一种数法，程序库用后一种。按每一侧来算，答案是 $(k-1)/2$：
# $3\times 3$ 要 1，$5\times 5$ 要 2；$5\times 3$ 的卷积核要给一对数，高在前、宽在后。

# %%
print("5x5, padding 2:        ", shape_of(5, padding=2))
print("(5, 3), padding (2, 1):", shape_of((5, 3), padding=(2, 1)))
# zh: print("5×5，填充 2           ", shape_of(5, padding=2))
# zh: print("(5, 3)，填充 (2, 1)   ", shape_of((5, 3), padding=(2, 1)))

# %% [markdown] lang="en"
# Now $(k-1)/2$ is a whole number only if $k$ is odd. That is one reason why kernels are nearly always odd; another is that an
# odd kernel has a middle cell, so that the output's cell lies exactly above the input's.
#
# **Predict:** a kernel of 4 needs three cells in all. PyTorch will do it, if you write `padding="same"`. On which side does it put
# two, on which one?
#
# We try both by hand. `F.pad` takes (left, right, top, bottom): the *last* axis comes first.

# %% [markdown] lang="zh"
# 可是只有 $k$ 为奇数时，$(k-1)/2$ 才是整数。卷积核的大小几乎总取奇数，这是原因之一；另一个原因是，大小为奇数的卷积核有正中间的一格，
# 于是输出的每一格都正好对着输入的一格。
#
# **先猜：** 大小为 4 的卷积核总共要填三格。写上 `padding="same"`，PyTorch 会替你办好。它在哪一侧填两格，哪一侧只填一格？
#
# 我们亲手把两种填法都试一试。`F.pad` 的参数依次是（左，右，上，下）：*最后*一个轴排在最前面。

# %%
torch.manual_seed(0)
picture, even = torch.randn(1, 1, 8, 8), torch.randn(1, 1, 4, 4)
with warnings.catch_warnings():  # PyTorch may warn that it has to make a padded copy
    # zh: with warnings.catch_warnings():  # PyTorch 可能会警告：它得另存一份填充过的输入
    warnings.simplefilter("ignore")
    same = F.conv2d(picture, even, padding="same")

# %%
for near, far in [(1, 2), (2, 1)]:
    by_hand = F.conv2d(F.pad(picture, (near, far, near, far)), even)
    agree = torch.allclose(by_hand, same, atol=1e-5)
    print(f"{near} left and top, {far} right and bottom: {agree}")
    # zh: print(f"左侧和上侧填 {near}，右侧和下侧填 {far}：{agree}")

# %% [markdown] lang="en"
# The three cells are divided into $\lfloor 3/2\rfloor = 1$ and $\lceil 3/2\rceil = 2$, and PyTorch gives the larger part to the **right and
# the bottom**. Both ways keep the size; they give different numbers, shifted by one cell. No single number for `padding` could
# do it: 1 gives 7 rows and 2 gives 9.
#
# `padding="valid"` is the word for no padding. Both words say what you *want* and leave the counting to PyTorch. One thing `"same"`
# refuses:

# %% [markdown] lang="zh"
# 三格分成 $\lfloor 3/2\rfloor = 1$ 和 $\lceil 3/2\rceil = 2$，PyTorch 把多的那份给了**右侧和下侧**。
# 两种填法都保持尺寸，但结果不同，彼此错开一格。只给 `padding` 一个整数是办不到的：填 1 得 7 行，填 2 得 9 行。
#
# `padding="valid"` 表示不填充。这两个词说的是你*想要*什么，格数由 PyTorch 去算。不过 `"same"` 有一件事不答应：

# %%
print(f"padding 1: {shape_of(4, padding=1)}  padding 2: {shape_of(4, padding=2)}")
# zh: print(f"填充 1：{shape_of(4, padding=1)}  填充 2：{shape_of(4, padding=2)}")
try:
    nn.Conv2d(1, 1, 3, padding="same", stride=2)
except ValueError as reason:
    print(reason)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a kernel of 7 rows and 1 column is to keep the size. What do you write?</summary>
#
# `padding=(3, 0)`: three rows above and below, and no columns. A single 3 would add six columns that nobody asked for.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>卷积核有 7 行 1 列，要保持尺寸，该怎么写？</summary>
#
# 写 `padding=(3, 0)`：上下各填三行，左右不填。如果只写一个 3，就会平白多出六列。
# </details>

# %% [markdown] lang="en"
# ## 3 · The price: invented numbers
#
# The size is saved. Is the border now looked at as often as the rest?
#
# **Predict:** a $3\times 3$ kernel with padding 1. How often is a corner used, how often a cell on the border, how often one inside?

# %% [markdown] lang="zh"
# ## 3 · 代价：编出来的数
#
# 尺寸保住了。那么现在，边界和别处看得一样多了吗？
#
# **先猜：** $3\times 3$ 的卷积核，填充 1。角上的一格用了几次？边上的一格呢？里面的一格呢？

# %%
d2l.show_grids({"without": uses(n=6), "padded": uses(n=6, padding=1)})
# zh: d2l.show_grids({"不填充": uses(n=6), "填充": uses(n=6, padding=1)})

# %% [markdown] lang="en"
# Four times, six times, nine times: better than before, but **not equal**. The corner lies in the windows around itself and around its
# three neighbours, and in no others. And after ten layers?

# %% [markdown] lang="zh"
# 四次、六次、九次：比原来好，但**并不相等**。角上这一格，只落在以自己和三个邻居为中心的四个窗口里。
# 叠上十层以后呢？

# %%
padded_paths = uses(kernel=5, n=240, layers=10, padding=2)
print(f"corner: {int(padded_paths[0, 0]):,}  middle: {int(padded_paths[120, 120]):,}")
# zh: print(f"角上：{int(padded_paths[0, 0]):,}  中间：{int(padded_paths[120, 120]):,}")
assert 1 < padded_paths[0, 0] < padded_paths[120, 120]

# %% [markdown] lang="en"
# The corner has a voice again, though a weaker one than the middle.
#
# Now the zeros themselves. To the layer they do not mean "nothing here"; they are pixels, and in a picture with values from 0 to 1,
# black ones. (If the mean was subtracted beforehand, as is often done, they are grey.) PyTorch offers three other ways to invent a frame,
# through `padding_mode`. On a row of four cells, with two more on each side:

# %% [markdown] lang="zh"
# 角上又有了发言权，只是仍不如中间大。
#
# 再看这些零本身。在卷积层看来，零并不表示“这里什么也没有”，零也是像素；像素值从 0 到 1 的话，就是黑色的像素。
# （常见的做法是事先减去均值，这时零就成了灰色。）PyTorch 还提供另外三种编造边框的办法，由 `padding_mode` 选择。拿一行四格来看，两侧各添两格：

# %% [markdown] lang="en" slide="slide"
# ## What goes into the frame?
#
# **Predict:** after a $15\times 15$ blur, which of the four will show at the border?

# %% [markdown] lang="zh" slide="slide"
# ## 边框里填什么？
#
# **先猜：** 用 $15\times 15$ 的模糊核扫过去，四种方式里，哪些会在边界上露出马脚？

# %% tags=["slide"]
modes = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}
row = torch.arange(1.0, 5.0).reshape(1, 1, 1, 4)
for name, mode in modes.items():
    print(f"{name:10}", F.pad(row, (2, 2, 0, 0), mode=mode).flatten().int().tolist())

# %% [markdown] lang="en"
# `reflect` is a mirror that stands *on* the last cell, so that this cell is not repeated. `replicate` repeats it, and `circular` goes on at the
# opposite side, as if the picture were rolled up. (The layer says `"zeros"` where `F.pad` says `"constant"`.) Below is the
# lower left corner of a picture: 100 cells of its own and 60 of frame, far more than a layer needs, to make the pattern plain. (We cut
# the picture out of a larger photograph, so that we know what really goes on beyond the border.)
#
# **Predict:** a $15\times 15$ blur goes over it. Which of the four will show at the border that there was a frame?

# %% [markdown] lang="zh"
# `reflect` 像一面镜子，就立*在*最后一格上，所以这一格自己不重复；`replicate` 重复最后一格；`circular` 从对侧接着取，好像把图像卷成了筒。
# （卷积层里叫 `"zeros"` 的，在 `F.pad` 里叫 `"constant"`。）下图是一张图像的左下角：图像 100 格，边框 60 格，比卷积层需要的宽得多，好让你看清规律。
# （这张图像是从一张更大的照片上剪下来的，所以我们知道边界之外本来是什么。）
#
# **先猜：** 用 $15\times 15$ 的模糊核扫过去，四种方式里，哪些会在边界上露出马脚？

# %%
photo = d2l.photo("china")
cut = photo[:, :386, 205:]
d2l.show_images(
    {name: F.pad(cut, (60,) * 4, mode=mode)[:, -160:, :160] for name, mode in modes.items()}
)


# %% tags=["slide-answer"]
def blurred(picture, name):
    layer = nn.Conv2d(1, 1, 15, padding=7, padding_mode=name, bias=False)
    nn.init.constant_(layer.weight, 1 / 15**2)
    return layer(picture[:, None])[:, 0].detach()  # each colour is a picture of its own
    # zh: return layer(picture[:, None])[:, 0].detach()  # 每种颜色各算一张图像


corners = {name: blurred(cut, name)[:, -60:, :60] for name in modes}
# the same place in the whole photograph, far from its border
# zh: # 整张照片里的同一处，远离照片的边缘
corners["truth"] = blurred(photo, "zeros")[:, 326:386, 205:265]
# zh: corners["真值"] = blurred(photo, "zeros")[:, 326:386, 205:265]
d2l.show_images(corners, columns=5, repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **3 min.** First read the four lines aloud: a mirror *on* the last cell, the last cell again, the other side. `zeros` is the default.
#
# The figure is the lower left corner of a picture; *truth* is the same place cut from the larger photograph. Zeros darken; circular lets the sky in from below.
#
# **Expect:** "zero means nothing." To the layer zero is a pixel, and a black one. Measured on twenty random pieces of this photograph, zeros are worst on all 20. **Ask:** why are they the default all the same? Cheap, any size, and a network that learns with them gets used to them.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先把四行念一遍：镜子立*在*最后一格上；重复最后一格；从对侧接着取。默认是 `zeros`。
#
# 图里是一张图像的左下角；truth 是从更大的照片上剪下的同一处，也就是真实的结果。填零会发暗；circular 让天空从下面透了上来。
#
# **常见错误：** “零就是什么也没有。”在卷积层看来，零也是像素，而且是黑的。从这张照片上随机剪二十块来量，填零在全部 20 块上都最差。**提问：** 那为什么默认还是它？省事，多大的图像都能用；网络带着它学，也会习惯。

# %% [markdown] lang="en"
# Zeros darken the border. Circular lets the far side shine through: here the sky, from below. Reflect and replicate are close to the truth. How
# close? Let us not trust our eyes, nor a single corner. Cut twenty pieces at random out of the photograph, blur each with each kind of frame, and compare
# with the same piece of the *whole* photograph, blurred. How large is the error on the outermost four cells, on average?

# %% [markdown] lang="zh"
# 零让边界发暗；circular 让对侧的颜色透了过来，这里是天空从下面透了上来；reflect 和 replicate 与真实的结果（truth）很接近。
# 到底有多接近？不能光凭眼睛，也不能只看一个角。从照片里随机剪下二十块，每一块分别加上各种边框再模糊，然后与*整张*照片模糊之后的同一块相比，
# 看最外面四格的平均误差有多大。

# %%
whole = d2l.photo("china", gray=True).double()[None, None]
blur9 = torch.full((1, 1, 9, 9), 1 / 81, dtype=torch.float64)


def border_error(top, left, mode, n=64):
    piece = F.pad(whole[..., top : top + n, left : left + n], (4,) * 4, mode=mode)
    true_piece = whole[..., top - 4 : top + n + 4, left - 4 : left + n + 4]
    error = (F.conv2d(piece, blur9) - F.conv2d(true_piece, blur9)).abs()
    return error.sum().item() / (n**2 - (n - 8) ** 2)


# %%
torch.manual_seed(0)
places = [
    (torch.randint(4, 359, ()).item(), torch.randint(4, 572, ()).item()) for _ in range(20)
]
errors = {
    name: [border_error(*place, mode) for place in places] for name, mode in modes.items()
}
d2l.show_spread(errors, xlabel="mean error at the border (white - black = 1)", repeatable=False)
# zh: d2l.show_spread(errors, xlabel="边缘处的平均误差（白减黑 = 1）", repeatable=False)

# %%
worst = [max(errors, key=lambda name: errors[name][i]) for i in range(20)]
print(f"zeros are worst in {worst.count('zeros')} of 20 pieces")
# zh: print(f"20 块里有 {worst.count('zeros')} 块用零填充时误差最大")

# %% [markdown] lang="en"
# On this photograph, zeros lose every time. Why are they the default all the same? They cost nothing, they work at any size, and a network that *learns* with
# zeros around its pictures learns to live with them, and can even use them to tell where the border is. If you choose a kernel by hand, as in chapter 03,
# prefer `reflect` or `replicate`.
#
# One question is left: how deep does the invention reach? In one layer it touches only cells whose window leaves the picture. But the next layer
# takes in those cells. We take $280\times 280$ true pixels, and keep $240\times 240$ of them as our picture.
#
# **Predict:** ten layers of $5\times 5$, `padding=2` each. How many cells of the output are the same as if we had known what lies beyond the border?

# %% [markdown] lang="zh"
# 在这张照片上，零每次都垫底。那为什么默认还是它？因为它不费事，任何大小都能用；而且网络若是从头就带着一圈零来*学习*，自会学着适应，
# 甚至还能借此认出边界在哪里。如果像第 03 章那样亲手选卷积核，还是用 `reflect` 或 `replicate` 为好。
#
# 还剩一个问题：编造的数会影响到多深？在第一层，受影响的只有窗口伸出图像的那些格；可是下一层又会用到这些格。
# 我们取 $280\times 280$ 个真实像素，只把其中 $240\times 240$ 个当作图像。
#
# **先猜：** 十层 $5\times 5$，每层 `padding=2`。假如我们知道边界之外本来是什么，输出中有多少格会与现在相同？


# %%
def blur_often(picture, layers, padding=0):
    for _ in range(layers):
        picture = F.conv2d(
            picture, torch.full_like(picture[..., :5, :5], 1 / 25), padding=padding
        )
    return picture


def error_after(layers):
    edge = 20 - 2 * layers  # of the true surroundings, this much is not needed
    # zh: edge = 20 - 2 * layers  # 真实的周边里，这么宽的一圈用不上
    known = whole[..., 70 + edge : 350 - edge, 180 + edge : 460 - edge]
    guessed = blur_often(whole[..., 90:330, 200:440], layers, padding=2)
    return (guessed - blur_often(known, layers))[0, 0].abs()


# %%
for layers in (1, 2, 5, 10):
    cells = int((error_after(layers) < 1e-9).sum())
    print(f"{layers:2} layers: {cells} = {cells**0.5:g} x {cells**0.5:g} cells are right")
    # zh: print(f"{layers:2} 层：正确的有 {cells} = {cells**0.5:g} × {cells**0.5:g} 格")

# %% [markdown] lang="en" slide="slide"
# ## Is the border back?
#
# Ten layers of $5\times 5$, each with `padding=2`: $240\times 240$ in, $240\times 240$ out.
#
# **Predict:** how many cells are as if we knew what lies beyond the border?

# %% [markdown] lang="zh" slide="slide"
# ## 边界找回来了吗？
#
# 十层 $5\times 5$，每层 `padding=2`：进去 $240\times 240$，出来 $240\times 240$。
#
# **先猜：** 假如知道边界之外本来是什么，有多少格会与现在相同？

# %% tags=["slide-answer"]
right = {f"after {layers}": (error_after(layers) < 1e-9).double() for layers in (1, 5, 10)}
# zh: right = {f"{layers} 层之后": (error_after(layers) < 1e-9).double() for layers in (1, 5, 10)}
d2l.show_images(right, width=8)

# %% [markdown] lang="en" slide="fragment"
# $200\times 200$, as *without* padding. The shape is kept, not the knowledge.

# %% [markdown] lang="zh" slide="fragment"
# $200\times 200$：正是十层都*不*填充时剩下的那一块。保住的是形状，不是信息。

# %% [markdown] lang="en" slide="notes"
# **4 min.** The most important slide. White is right, black has been touched by an invented number. Each layer lets the invention move two cells further in.
#
# **Expect:** "all of them, the size is kept", or "all but a rim of two cells", which is one layer only.
#
# Be fair to padding: in the black frame the answers are only *partly* made up; the error is large in the outermost row and hardly noticeable fifteen rows in. **Ask:** what would be your output if only the white cells were allowed? (Then do not pad.)

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 这是最要紧的一张。白色的格是对的，黑色的格受过编造的数的影响。每过一层，影响向里推进两格。
#
# **常见错误：** “尺寸没变，所以全都对”；或者“只有外面一圈两格不对”，那只是一层的情形。
#
# 也要替填充说句公道话：黑框里的输出只是*半真半假*，最外面一行错得厉害，往里十五行就难以察觉。**提问：** 如果只准用白色的格，该怎么做？（那就不填充。）

# %% [markdown] lang="en"
# White is right, black is not. Each layer lets the invention move two cells further in, and after ten layers what is right measures
# **200 × 200: exactly the part that ten layers without padding would have left us.** That is worth remembering. Padding does not
# bring the lost border back. It fills the place with answers that are partly made up, and keeps the *shape*.
#
# Partly: those answers still use the true pixels near them. How wrong are they? The average error, row by row from the top edge inwards, where black and white differ by 1:

# %% [markdown] lang="zh"
# 白色的格是对的，黑色的不对。每过一层，编造的影响就向里推进两格；十层之后，还正确的只有
# **200 × 200，恰好就是十层都不填充时剩下的那一块。** 这一点值得记住：填充并没有把丢掉的边界找回来，它只是用半真半假的输出补满了位置，
# 保住了*形状*。
#
# 说“半真半假”，是因为这些输出也用到了附近真实的像素。它们究竟错了多少？从上边界往里，逐行看平均误差（黑与白相差 1）：

# %%
for row_number in (0, 5, 10, 15):
    print(f"row {row_number:2}: {error_after(10)[row_number, 20:-20].mean():.4f}")
    # zh: print(f"第 {row_number:2} 行：{error_after(10)[row_number, 20:-20].mean():.4f}")

# %% [markdown] lang="en"
# At the very edge the answer is worth little, five rows in it is much better, and at row 15, still in the black frame, you would hardly notice. And a network that
# learns can get used to it.
#
# <details><summary><b>Check yourself:</b> a picture of 29 rows, layers of 3×3 with padding 1. After how many layers is no cell free of invention?</summary>
#
# Each layer reaches one cell further from both sides. After 14 layers one row is left, $29 - 28 = 1$; after 15 layers, none.
# </details>

# %% [markdown] lang="zh"
# 最外面一行的输出几乎不可信，往里五行就好得多；到第 15 行，虽然还在黑框里，误差已经小得难以察觉。何况网络还能在学习中慢慢适应。
#
# <details><summary><b>自测：</b>图像有 29 行，每层 3×3，填充 1。多少层之后，不受编造影响的格就一个也不剩了？</summary>
#
# 每过一层，影响就从两侧各推进一格。14 层之后还剩一行，$29 - 28 = 1$；15 层之后一行也不剩。
# </details>

# %% [markdown] lang="en"
# ## 4 · Larger steps
#
# Padding makes outputs larger. Often we want the opposite: a smaller output, fast. Then the window may take larger steps. Their length is
# the **stride**.
#
# **Predict:** the padded picture of section 1, three cells down and two to the right at each step. How many windows fit? Work out their answers.

# %% [markdown] lang="zh"
# ## 4 · 迈大步
#
# 填充让输出变大。很多时候我们想要的恰恰相反：尽快把输出变小。那就让窗口每次多走几格，一次走的格数叫做**步幅**。
#
# **先猜：** 还是第 1 节那张填充过的图像，每次下移三格、右移两格。放得下几个窗口？算出它们的输出。

# %% [markdown] lang="en" slide="slide"
# ## Larger steps
#
# **Stride** (3, 2): three cells down, two cells to the right.
#
# **Predict:** on the padded picture, how many windows fit? Their answers?

# %% [markdown] lang="zh" slide="slide"
# ## 迈大步
#
# **步幅** (3, 2)：每次下移三格，右移两格。
#
# **先猜：** 还是那张填充过的图像。放得下几个窗口？输出各是多少？

# %% tags=["slide-answer"]
Y_strided = F.conv2d(X[None, None], K[None, None], padding=1, stride=(3, 2))[0, 0]
windows = [(i, j, 2, 2) for i in (0, 3) for j in (0, 2)]
d2l.show_grids({"padded": F.pad(X, (1, 1, 1, 1))}, K=K, Y=Y_strided, mark={"padded": windows})
# zh: d2l.show_grids({"填充后": F.pad(X, (1, 1, 1, 1))}, K=K, Y=Y_strided, mark={"填充后": windows})

# %% [markdown] lang="en" slide="fragment"
# It is the full output with rows and columns left out: `Y[::3, ::2]`.

# %% [markdown] lang="zh" slide="fragment"
# 就是从完整的输出里抽掉一些行和列：`Y[::3, ::2]`。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Put the picture on the board (0 to 8 with a frame of zeros; kernel 0, 1, 2, 3) and let them compute the four answers.
#
# **Ask:** which cells lie in no window? The last column, and the row 3, 4, 5, which the step jumps over.
#
# **Ask:** why not compute everything and throw away? With stride 2 on both axes only a quarter of the work is done, and all later layers get the smaller picture.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把图像写在黑板上（0 到 8，外围一圈零；卷积核 0, 1, 2, 3），让大家算出四个输出。
#
# **提问：** 哪些格不在任何窗口里？最后一列，还有 3, 4, 5 那一行，步子正好从上面跨了过去。
#
# **提问：** 何不全部算完再扔掉？两条轴上步幅都是 2，只需做四分之一的计算，后面各层拿到的图像也更小。

# %% [markdown] lang="en"
# Four windows, $[[0, 8], [6, 8]]$. The last column of the padded picture is in none of them: one more step to the right, and the window
# would stick out. Nor is the row with 3, 4, 5: a step of three jumps over it.
#
# Compare with the output of section 1, where every step was taken:

# %% [markdown] lang="zh"
# 四个窗口，输出是 $[[0, 8], [6, 8]]$。填充后图像的最后一列不在任何一个窗口里：再往右走一步，窗口就伸出去了。
# 写着 3、4、5 的那一行也不在：一步三格，正好从它上面跨了过去。
#
# 再与第 1 节的输出比一比，那里一步都没有跳过：

# %%
kept = [(i, j, 1, 1) for i in (0, 3) for j in (0, 2)]
d2l.show_grids({"every step": Y, "strided": Y_strided}, mark={"every step": kept})
# zh: d2l.show_grids({"步幅 1": Y, "步幅 (3, 2)": Y_strided}, mark={"步幅 1": kept})

# %% [markdown] lang="en"
# The strided output is the full one with rows and columns left out, `Y[::3, ::2]`. Nothing else is computed differently. Whole
# numbers let us check that to the last digit:

# %% [markdown] lang="zh"
# 迈大步得到的输出，就是从完整的输出里抽掉一些行和列：`Y[::3, ::2]`，此外没有任何不同。用整数来算，就可以一位不差地验证：

# %%
torch.manual_seed(1)
numbers = torch.randint(-9, 10, (1, 1, 23, 30)).double()
kernel = torch.randint(-9, 10, (1, 1, 3, 4)).double()
every = F.conv2d(numbers, kernel)
print(torch.equal(F.conv2d(numbers, kernel, stride=(3, 2)), every[..., ::3, ::2]))

# %% [markdown] lang="en"
# So why not compute all and throw away? Because of the work: with stride 2 on both axes, only about a quarter of the answers is computed. And
# the later layers get the smaller picture.
#
# On one axis the window's first cell stands at $0, s, 2s, \dots$, as far as $n+p-k$. With padding that keeps the size, stride 2 halves it:

# %% [markdown] lang="zh"
# 那何不全部算出来，再把多余的扔掉？因为太费工夫：两条轴上步幅都是 2 时，只需要算大约四分之一的输出；后面各层拿到的图像也更小。
#
# 在一条轴上，窗口的第一格依次放在 $0, s, 2s, \dots$，最远到 $n+p-k$。如果填充本来能保持尺寸，步幅 2 就让尺寸减半：

# %%
print("8x8, kernel 3, padding 1, stride 2:", shape_of(3, padding=1, stride=2))
print("7x7, kernel 3, padding 1, stride 2:", shape_of(3, n=(7, 7), padding=1, stride=2))
# zh: print("8×8，卷积核 3，填充 1，步幅 2", shape_of(3, padding=1, stride=2))
# zh: print("7×7，卷积核 3，填充 1，步幅 2", shape_of(3, n=(7, 7), padding=1, stride=2))

# %% [markdown] lang="en"
# Two inputs, one output size. From its first place, the window can still move by $n+p-k$ cells: 7 in the larger picture, 6 in the smaller.
# In steps of two that makes three steps in both, as $7/2$ is rounded *down*; with the first place, four answers. What is rounded away
# are cells that the last window does not reach.
#
# **Predict:** an $8\times 8$ picture, kernel 3, stride 2, no padding. Which rows and columns are never used? Then stride 4?

# %% [markdown] lang="zh"
# 输入大小不同，输出却一样大。从第一个位置起，窗口还能移动 $n+p-k$ 格：大图像是 7 格，小图像是 6 格。每步两格，
# 两者都只能走三步，因为 $7/2$ 要*向下*取整；加上第一个位置，就是四个输出。舍去的零头，就是最后一个窗口够不到的格。
#
# **先猜：** $8\times 8$ 的图像，卷积核 3，步幅 2，不填充。哪些行、哪些列从未用到？步幅为 4 呢？

# %% [markdown] lang="en" slide="slide"
# ## What falls off
#
# An $8\times 8$ picture, kernel 3, no padding.
#
# **Predict:** which rows and columns are never used with stride 2? Stride 4?

# %% [markdown] lang="zh" slide="slide"
# ## 谁被漏掉了
#
# 图像 $8\times 8$，卷积核 3，不填充。
#
# **先猜：** 步幅为 2 时，哪些行、哪些列从未用到？步幅为 4 呢？

# %% tags=["slide-answer"]
d2l.show_grids({"stride 2": uses(stride=2), "stride 4": uses(stride=4)})
# zh: d2l.show_grids({"步幅 2": uses(stride=2), "步幅 4": uses(stride=4)})

# %% [markdown] lang="en" slide="notes"
# **2 min.** With stride 2 the last row and column fall off: $7/2$ is rounded down. With stride 4 there are holes *between* the windows, since the step is longer than the window.
#
# You could paint anything there. PyTorch gives no warning. **Ask:** what does one cell of padding change at stride 2? Every cell of the picture is used; what falls off is a part of the frame.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 步幅为 2 时，最后一行和最后一列落在外面：$7/2$ 要向下取整。步幅为 4 时，步子比窗口还长，窗口*之间*也留下了空隙。
#
# 在那里画什么都行，PyTorch 不会提醒你。**提问：** 步幅 2，每侧填充一格，会有什么不同？图像的每一格都用上了，漏掉的只是填充的一部分。

# %%
for stride in (2, 4):
    unused = (uses(stride=stride).sum(1) == 0).nonzero().flatten().tolist()
    print(f"stride {stride}: rows never used: {unused}")
    # zh: print(f"步幅 {stride}：从未用到的行：{unused}")

# %% [markdown] lang="en"
# With stride 2, the last row and the last column fall off. You could paint anything there; the layer would not notice. With stride 4 there are
# holes between the windows too, because the step is longer than the window. PyTorch says nothing about either. With
# `padding=1`, what falls off at stride 2 is a part of the frame:

# %% [markdown] lang="zh"
# 步幅为 2 时，最后一行和最后一列落在外面。你在那里画什么都行，卷积层根本看不见。步幅为 4 时，步子比窗口还长，窗口之间也留下了空隙。
# 这两种情况，PyTorch 都不会提醒你。如果加上 `padding=1`，步幅 2 漏掉的就只是填充的一部分：

# %%
print(f"every cell is used: {bool((uses(stride=2, padding=1) > 0).all())}")
# zh: print(f"每一格都用到了：{bool((uses(stride=2, padding=1) > 0).all())}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> kernel 2, stride 2, no padding, on a picture of 9 rows. Which rows are used how often?</summary>
#
# The windows begin at 0, 2, 4 and 6. Rows 0 to 7 are used once each, as the windows do not overlap; row 8 is never used. Chapter 07 meets this layout
# again.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>卷积核 2，步幅 2，不填充，图像有 9 行。每一行各用到几次？</summary>
#
# 窗口从 0、2、4、6 开始，互不重叠。所以第 0 到第 7 行各用一次，第 8 行从未用到。第 07 章还会遇到这种布局。
# </details>

# %% [markdown] lang="en"
# ## 5 · A kernel with gaps
#
# Padding changes where windows may lie, stride changes how many there are. The third setting changes the window itself: pull the
# kernel's cells apart, so that it covers more ground with the same weights. How far apart they are is called **dilation**.
#
# **Predict:** which dilation have all our layers had so far: 0 or 1?

# %% [markdown] lang="zh"
# ## 5 · 有空洞的卷积核
#
# 填充改变窗口可以放在哪里，步幅改变窗口有多少个。第三个设置改变的是窗口本身：把卷积核的各格拉开，权重不变，却能盖住更大的一片。
# 拉开多少，由**空洞**（dilation，也叫膨胀）的大小来表示。
#
# **先猜：** 到现在为止，我们用过的层，空洞是 0 还是 1？

# %%
print(f"the default: {nn.Conv2d(1, 1, 3).dilation}")
# zh: print(f"默认值：{nn.Conv2d(1, 1, 3).dilation}")
side_by_side = d2l.corr2d(numbers[0, 0], kernel[0, 0])  # chapter 02: a window without gaps
# zh: side_by_side = d2l.corr2d(numbers[0, 0], kernel[0, 0])  # 第 02 章：没有空隙的窗口
undilated = F.conv2d(numbers, kernel, dilation=1)[0, 0]
print(f"1 is no gap: {torch.equal(undilated, side_by_side)}")
# zh: print(f"膨胀率 1 没有空隙：{torch.equal(undilated, side_by_side)}")
try:
    F.conv2d(numbers, kernel, dilation=0)
except RuntimeError:
    print("0 is refused")
    # zh: print("膨胀率 0 会报错")

# %% [markdown] lang="en"
# It is the *distance* between neighbouring cells, not the gap: 1 means side by side. With dilation 2, one cell between two kernel cells is skipped. So a kernel of $k$ cells stretches from
# its first cell over $k-1$ distances of $d$ to its last, and covers
#
# $$k_d = d\,(k-1) + 1$$
#
# cells: the **effective kernel**. Three cells at dilation 2 cover five, at dilation 4 they cover nine. Below, two cells
# cover three; what lies between is stepped over.

# %% [markdown] lang="zh"
# 空洞表示的是相邻两格之间的*距离*，而不是空了几格：1 就是紧挨着，没有空隙；2 才表示卷积核的两格之间跳过一格。所以 $k$ 格的卷积核，
# 从第一格起，经过 $k-1$ 段长为 $d$ 的距离，到达最后一格，总共盖住
#
# $$k_d = d\,(k-1) + 1$$
#
# 格，这就是**等效卷积核**的大小。三格的卷积核，空洞为 2 时盖住五格，为 4 时盖住九格。
# 下图里两格盖住三格，夹在中间的跨过不用。

# %% [markdown] lang="en" slide="slide"
# ## A kernel with gaps
#
# **Dilation** pulls the kernel's cells apart.
#
# **Predict:** which dilation have all our layers had so far, 0 or 1?

# %% [markdown] lang="zh" slide="slide"
# ## 有空洞的卷积核
#
# **空洞**（dilation）把卷积核的各格拉开。
#
# **先猜：** 到现在为止，我们用过的层，空洞是 0 还是 1？

# %% tags=["slide"]
d2l.show_window(torch.arange(25.0).reshape(5, 5), K, 1, 1, dilation=2)

# %% [markdown] lang="en" slide="fragment"
# 1: a *distance*, not a gap (here 2). In all $k_d = d\,(k-1) + 1$ cells.

# %% [markdown] lang="zh" slide="fragment"
# 是 1：指的是*距离*，不是空了几格（图中是 2）。共盖住 $k_d = d\,(k-1) + 1$ 格。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The third setting changes the window itself: the same number of weights covers more ground.
#
# **Ask:** three cells at dilation 2, how many do they cover? At dilation 4? (5 and 9.) **Expect:** 6 and 12, from multiplying $d\,k$: there are only $k-1$ distances between $k$ cells, like posts and fences.
#
# PyTorch refuses dilation 0.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 第三种设置改变的是窗口本身：权重一样多，盖住的地方更大。
#
# **提问：** 三格的卷积核，空洞为 2 时盖住几格？为 4 时呢？（5 和 9。）**常见错误：** 用 $d\,k$ 算出 6 和 12。$k$ 格之间只有 $k-1$ 段距离，跟植树问题一样。
#
# 空洞为 0 时，PyTorch 会拒绝。

# %% [markdown] lang="en"
# You can build the effective kernel yourself: a larger table of zeros, with the weights put at every $d$-th place. An ordinary layer with
# that kernel answers the same.

# %% [markdown] lang="zh"
# 等效卷积核也可以自己造：先取一张更大的、全是零的表，再每 $d$ 格放上一个权重。把它交给普通的卷积，结果一样。

# %%
spread_out = torch.zeros(1, 1, 5, 7, dtype=torch.float64)
spread_out[..., ::2, ::2] = kernel
d2l.show_grids({"kernel": kernel[0, 0], "spread out": spread_out[0, 0]})
# zh: d2l.show_grids({"卷积核": kernel[0, 0], "拉开之后": spread_out[0, 0]})

# %%
print(torch.equal(F.conv2d(numbers, kernel, dilation=2), F.conv2d(numbers, spread_out)))

# %% [markdown] lang="en"
# Now all three settings at once.
#
# **Play:** find a setting whose only answer is the single number 38. Which cells of the picture does it use? Then find
# all three settings with padding that keep the output at $3\times 3$.

# %% [markdown] lang="zh"
# 现在把三种设置放到一起。
#
# **动手：** 找出一种设置，使输出只有一个数 38。它用到了图像的哪几格？再找出有填充、而输出仍为 $3\times 3$ 的全部三种设置。

# %% [markdown] lang="en" slide="slide"
# ## Play: all three at once
#
# **Task:** find a setting whose only answer is 38. Which cells does it use?

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：三种设置一起来
#
# **任务：** 找出一种设置，使输出只有一个数 38。它用到了哪几格？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import WindowExplorer

WindowExplorer(X, K)

# %% [markdown] lang="en" slide="notes"
# **5 min.** E goes into the picture, Tab to the settings, Escape back to the slides. First change one setting at a time, and let the class call the size of the output before you do.
#
# Then the task, in pairs, two minutes. **Answer:** dilation 2, no padding, any stride: the kernel spans the whole picture, its cells lie on the four corners, $0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$.
#
# For the quick ones: all three settings *with* padding that keep the output at three by three. As (padding, stride, dilation): (1, 1, 2), (2, 2, 1), (2, 2, 2).

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入图中，用 Tab 走到各个设置，按 Esc 回到幻灯片。先一次只改一个设置，改之前让全班喊出输出的大小。
#
# 然后两人一组做任务，给两分钟。**答案：** 空洞为 2，不填充，步幅随意：卷积核横跨整张图像，四格落在四个角上，$0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$。
#
# 留给做得快的人：*有*填充而输出仍是三行三列的全部三种设置。按（填充，步幅，空洞）的次序：(1, 1, 2)、(2, 2, 1)、(2, 2, 2)。

# %%
print(f"one answer: {F.conv2d(X[None, None], K[None, None], dilation=2).flatten().tolist()}")
# zh: print(f"只有一个输出：{F.conv2d(X[None, None], K[None, None], dilation=2).flatten().tolist()}")
settings = [(p, s, d) for p in (1, 2) for s in (1, 2, 3) for d in (1, 2)]
print("3 × 3:", [(p, s, d) for p, s, d in settings if d2l.output_size(3, 2, p, s, d) == 3])

# %% [markdown] lang="en"
# Dilation 2 without padding, at any stride: the kernel then spans the whole picture, and its four cells lie on the four corners, $0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$.
# The three settings of (padding, stride, dilation) are (1, 1, 2), (2, 2, 1) and (2, 2, 2).
#
# What is gained? Sight. Three layers of $3\times 3$, each time 27 weights:

# %% [markdown] lang="zh"
# 空洞为 2、不填充，步幅随意：这时卷积核正好横跨整张图像，四格落在图像的四个角上，$0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$。
# 另外三种设置（填充，步幅，空洞）是 (1, 1, 2)、(2, 2, 1) 和 (2, 2, 2)。
#
# 这样做有什么好处？看得远。三层 $3\times 3$，每次都是 27 个权重：

# %%
for dilations in [(1, 1, 1), (2, 2, 2), (1, 2, 4)]:
    field = d2l.receptive_field([(3, 1, d) for d in dilations]).size[0]
    print(f"dilations {dilations}: one cell sees {field} x {field}")
    # zh: print(f"膨胀率 {dilations}：一格能看到 {field} × {field}")

# %% [markdown] lang="en"
# And the price? "Sees $13\times 13$" says only how far the outermost cells lie apart.
#
# **Predict:** two layers with dilation 2 reach over $9\times 9$ cells. How many of these 81 do they use? Ask the gradient, as in chapter 02.

# %% [markdown] lang="zh"
# 代价呢？“看到 $13\times 13$”说的只是最外面的格相距多远。
#
# **先猜：** 两层的空洞都为 2，能伸到 $9\times 9$ 格。这 81 格里，真正用到的有多少？像第 02 章那样，问一问梯度。


# %%
def seen(*dilations):
    picture = torch.zeros(1, 1, 9, 9, requires_grad=True)
    Y = picture
    for d in dilations:
        Y = F.conv2d(Y, torch.ones(1, 1, 3, 3), padding=d, dilation=d)
    Y[0, 0, 4, 4].backward()
    return picture.grad[0, 0]


# %% [markdown] lang="en" slide="slide"
# ## Far sight, with holes
#
# Two $3\times 3$ layers, each with dilation 2, reach over $9\times 9$ cells.
#
# **Predict:** how many of these 81 do they use?

# %% [markdown] lang="zh" slide="slide"
# ## 看得远，却有漏洞
#
# 两层 $3\times 3$，空洞都是 2，能伸到 $9\times 9$ 格。
#
# **先猜：** 这 81 格里，真正用到的有多少？

# %% tags=["slide-answer"]
d2l.show_grids({"dilations 2, 2": seen(2, 2), "dilations 1, 2": seen(1, 2)})
# zh: d2l.show_grids({"膨胀率 2、2": seen(2, 2), "膨胀率 1、2": seen(1, 2)})

# %% [markdown] lang="en" slide="fragment"
# Dilations 2, 2: only 25 of 81. Dilations 1, 2: all 49 of $7\times 7$.

# %% [markdown] lang="zh" slide="fragment"
# 空洞 2, 2：81 格里只用到 25 格。空洞 1, 2：$7\times 7$ 的 49 格全用上。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Again the gradient tells who has a say in one answer.
#
# **Expect:** all 81, because "the second layer fills the gaps". It skips the same rows and columns as the first. Neighbouring answers then look at different cells altogether, and a grid may show in the result.
#
# **Ask:** which dilations would you stack for three layers? 1, 2, 4 sees fifteen by fifteen with 27 weights and leaves no hole.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 还是让梯度来告诉我们：一个输出里，谁有发言权。
#
# **常见错误：** 答 81，以为“第二层会把空隙补上”。其实两层跳过的是同样的行和列。相邻的两个输出看的是完全不同的格，结果里就可能出现网格状的痕迹。
#
# **提问：** 叠三层的话，空洞怎么取？取 1, 2, 4：一共 27 个权重，看得到十五乘十五的范围，而且没有漏洞。

# %%
for pair in [(2, 2), (1, 2)]:
    print(f"dilations {pair}: {int((seen(*pair) > 0).sum())} cells used")
    # zh: print(f"膨胀率 {pair}：用到 {int((seen(*pair) > 0).sum())} 格")

# %% [markdown] lang="en"
# With (2, 2) only 25 of 81: every second row and column is skipped, in both layers alike. Neighbouring outputs look at different
# cells altogether, and the result can show a grid. Well mixed, dilations leave no holes: (1, 2) reaches less far and uses all
# $7\times 7 = 49$.
#
# <details><summary><b>Check yourself:</b> which padding keeps the size for a 3×3 kernel with dilation 4?</summary>
#
# The effective kernel has $4\cdot 2 + 1 = 9$ cells, so 4 on each side. For $3\times 3$ kernels the padding that keeps the size is the dilation itself;
# `seen` made use of that.
# </details>

# %% [markdown] lang="zh"
# (2, 2) 在 81 格中只用到 25 格：两层都隔行隔列地跳。相邻的两个输出看的是完全不同的格，结果里就可能出现网格状的痕迹。
# 不同的空洞搭配得当，就不会留下漏洞：(1, 2) 伸得没那么远，但 $7\times 7 = 49$ 格全都用上了。
#
# <details><summary><b>自测：</b>3×3 的卷积核，空洞为 4，填充多少才能保持尺寸？</summary>
#
# 等效卷积核有 $4\cdot 2 + 1 = 9$ 格，所以每侧填充 4。对 $3\times 3$ 的卷积核来说，保持尺寸的填充就等于空洞；
# 上面的 `seen` 正是这样做的。
# </details>

# %% [markdown] lang="en"
# ## 6 · One formula for all of it
#
# Put the pieces together, for one axis. The padded input has $n+p$ cells, where $p$ is the total of both sides. The effective kernel covers
# $d(k-1)+1$ of them at the first position. What is left over is room to move; each step takes $s$ of it; and the first position needs no step:
#
# $$m = \left\lfloor \frac{n + p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# (With `padding` as PyTorch counts it, put $p = 2\cdot$`padding`.) Rows and columns are computed separately.
#
# **Predict:** $8\times 8$, kernel (3, 5), padding (0, 1), stride (3, 4). Do it on paper.

# %% [markdown] lang="zh"
# ## 6 · 一个公式说清全部
#
# 把前面的内容拼起来，只看一条轴。填充后的输入有 $n+p$ 格，这里 $p$ 是两侧之和。等效卷积核在第一个位置上盖住其中的 $d(k-1)+1$ 格，
# 剩下的就是可以移动的余地；每走一步用掉 $s$ 格；而第一个位置不用走：
#
# $$m = \left\lfloor \frac{n + p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# （PyTorch 的参数 `padding` 只数一侧，所以 $p = 2\cdot$`padding`。）行和列分开计算。
#
# **先猜：** $8\times 8$，卷积核 (3, 5)，填充 (0, 1)，步幅 (3, 4)。请在纸上算。

# %% [markdown] lang="en" slide="slide"
# ## One formula for all of it
#
# $$m = \left\lfloor \frac{n + p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **Predict:** $8\times 8$, kernel (3, 5), `padding=(0, 1)`, stride (3, 4).

# %% [markdown] lang="zh" slide="slide"
# ## 一个公式说清全部
#
# $$m = \left\lfloor \frac{n + p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **先猜：** $8\times 8$，卷积核 (3, 5)，`padding=(0, 1)`，步幅 (3, 4)。

# %% tags=["slide-answer"]
print(f"rows:    {d2l.explain_output_size(8, 3, padding=0, stride=3)}")
print(f"columns: {d2l.explain_output_size(8, 5, padding=1, stride=4)}")
print(f"PyTorch: {shape_of((3, 5), padding=(0, 1), stride=(3, 4))}")
# zh: print(f"行数：{d2l.explain_output_size(8, 3, padding=0, stride=3)}")
# zh: print(f"列数：{d2l.explain_output_size(8, 5, padding=1, stride=4)}")
# zh: print(f"PyTorch 给出：{shape_of((3, 5), padding=(0, 1), stride=(3, 4))}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read it as a story: what the frame makes of the input; minus what the window covers at its first place; divided into steps; plus the first place, which needs no step. On paper, rows and columns by themselves, one minute.
#
# **Expect:** $p = 1$ for the columns. PyTorch's one cell on each side makes $p = 2$. Others forget the rounding.
#
# Do they believe it? The notebook tries 500 random settings against PyTorch.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把公式当故事来念：填充后有多大；减去窗口在第一个位置盖住的；剩下的能走几步；再加上不用走的第一个位置。行与列分开，在纸上算，给一分钟。
#
# **常见错误：** 列上取 $p = 1$。PyTorch 的每侧一格，合起来是 $p = 2$。还有人忘了取整。
#
# 不信吗？笔记本里随机试了 500 种设置，由 PyTorch 来裁判。

# %% [markdown] lang="en"
# A formula that you have seen work on a few examples is a guess. Let chance choose 500 settings and PyTorch judge:

# %% [markdown] lang="zh"
# 一个公式如果只在几个例子上灵验过，那还只是猜测。随机挑 500 种设置，让 PyTorch 来裁判：


# %%
def random_pair(low, high):
    return tuple(torch.randint(low, high, (2,)).tolist())


torch.manual_seed(0)
right = 0
for _ in range(500):
    n, k, p, s, d = (
        random_pair(*bounds) for bounds in [(17, 40), (1, 6), (0, 5), (1, 6), (1, 5)]
    )
    Y_random = F.conv2d(torch.zeros(1, 1, *n), torch.zeros(1, 1, *k), None, s, p, d)
    right += tuple(Y_random.shape[2:]) == d2l.output_size(n, k, p, s, d)
print(f"{right} of 500 predicted")
# zh: print(f"500 次中预测对 {right} 次")
assert right == 500

# %% [markdown] lang="en"
# Sizes are only half of the story; the other half is which cells are used. The next figure shows all positions along one axis:
# on top the input, below it one line for each cell of the output. Hatched cells are never used.

# %% [markdown] lang="zh"
# 大小只说明了一半，另一半是用到了哪些格。下图画出一条轴上的全部位置：最上面是输入，下面每一行是输出的一格。画斜线的格从未用到。

# %% [markdown] lang="en" slide="slide"
# ## Get cell 9 used
#
# **Predict:** change only *one* of kernel, padding, stride, dilation. Which helps?

# %% [markdown] lang="zh" slide="slide"
# ## 让第 9 格用上
#
# **先猜：** 卷积核、填充、步幅、空洞，只准改*一个*。怎样改才行？

# %% tags=["slide"]
d2l.show_positions(10, kernel=3, stride=2)

# %% [markdown] lang="en"
# **Play:** with kernel 3 and stride 2, as above, cell 9 is never used. Find as many ways as you can to get it used by moving only *one* of the four
# sliders. Is there also one with dilation?

# %% [markdown] lang="zh"
# **动手：** 滑块 kernel 是卷积核的大小，其余同前。起初是卷积核 3、步幅 2，与上图相同，第 9 格从未用到。四个滑块中只许移动*一个*，
# 要让这一格用上，你能找到多少种办法？只动空洞行不行？

# %% tags=["explorer"]
labels = {"kernel": "kernel", "padding": "padding", "stride": "stride", "dilation": "dilation"}
# zh: labels = {"kernel": "卷积核", "padding": "填充", "stride": "步幅", "dilation": "膨胀率"}
d2l.sliders(
    lambda kernel, padding, stride, dilation: d2l.show_positions(
        10, kernel, padding, stride, dilation
    ),
    start={"kernel": 3, "stride": 2},
    labels=labels,
    kernel=range(2, 6),
    padding=range(4),
    stride=range(1, 5),
    dilation=range(1, 4),
)

# %% [markdown] lang="en"
# Kernel 2 or 4, any padding from 1 to 3, or stride 1. Dilation alone does not do it: 2 and 3 leave other cells out as well. Ask the numbers, if you like:

# %% [markdown] lang="zh"
# 卷积核改成 2 或 4，填充改成 1 到 3 中的任何一个，步幅改成 1，都可以。只动空洞不行：改成 2 或 3，反而还会漏掉别的格。也可以让数字作证：


# %%
def last_cell_used(kernel=3, stride=2, **others):
    return bool(uses(kernel, n=10, stride=stride, **others)[-1, -1] > 0)


print("kernel:  ", [k for k in range(2, 6) if last_cell_used(kernel=k)])
print("padding: ", [p for p in range(4) if last_cell_used(padding=p)])
print("stride:  ", [s for s in range(1, 5) if last_cell_used(stride=s)])
print("dilation:", [d for d in range(1, 4) if last_cell_used(dilation=d)])
# zh: print("卷积核", [k for k in range(2, 6) if last_cell_used(kernel=k)])
# zh: print("填充  ", [p for p in range(4) if last_cell_used(padding=p)])
# zh: print("步幅  ", [s for s in range(1, 5) if last_cell_used(stride=s)])
# zh: print("膨胀率", [d for d in range(1, 4) if last_cell_used(dilation=d)])

# %% [markdown] lang="en" slide="fragment"
# Kernel 2 or 4, padding 1, 2 or 3, stride 1. Dilation alone: *no* value does it.

# %% [markdown] lang="zh" slide="fragment"
# 卷积核 2 或 4，填充 1、2 或 3，步幅 1。只改空洞：取什么值都*不行*。

# %% [markdown] lang="en" slide="notes"
# **3 min.** On top the input, below it one line for each answer; hatched cells are never used. Here: kernel 3, stride 2, no padding, dilation 1. Collect proposals on the board, then press the key.
#
# **Expect:** "dilation 3, then the kernel reaches further." The window may not stick out; dilation leaves out even more.
#
# For the rest of the arguments of `nn.Conv2d` send them to section 7: one table, one argument at a time.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 最上面是输入，下面每一行是一个输出；画斜线的格从未用到。这里是卷积核 3，步幅 2，不填充，空洞 1。先把大家的办法记在黑板上，再按键。
#
# **常见错误：** “空洞取 3，卷积核就够得着了。”窗口不能伸出去，空洞反而会漏掉更多。
#
# `nn.Conv2d` 的其余参数请看第 7 节：一张表，逐个改动。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a famous network begins with kernel 7, padding 3, stride 2, on 224 rows. How many come out?</summary>
#
# $\lfloor (224 + 6 - 6 - 1)/2 \rfloor + 1 = \lfloor 223/2 \rfloor + 1 = 111 + 1 = 112$: exactly half.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>有一个著名的网络，第一层是卷积核 7、填充 3、步幅 2，输入有 224 行。输出有几行？</summary>
#
# $\lfloor (224 + 6 - 6 - 1)/2 \rfloor + 1 = \lfloor 223/2 \rfloor + 1 = 111 + 1 = 112$：正好一半。
# </details>

# %% [markdown] lang="en"
# ## 7 · Every argument, one at a time
#
# You know most of what `nn.Conv2d` can be told. Here is all of it:

# %% [markdown] lang="zh"
# ## 7 · 逐个认识所有参数
#
# `nn.Conv2d` 的参数，你大多已经认识了。全部参数如下：

# %%
arguments = list(inspect.signature(nn.Conv2d).parameters)
print(*arguments)

# %% [markdown] lang="en"
# The first two are numbers of **channels**: a colour picture has three of them, a feature map as many as the layer has kernels. `groups` divides
# the channels into parts that do not see each other. Both are the subject of chapter 06; here you only see what they do to the shapes.
#
# The way to get to know an argument is to change it, alone, and look at what happens. The layers below get the same random numbers
# each time, the same picture of four channels, and default values for all that is not mentioned.
#
# **Predict:** which of these changes alter the output's shape, and which only its values? Make your list before you run the last of the three cells below.

# %% [markdown] lang="zh"
# 前两个是**通道**数：彩色图像有三个通道，特征图有多少个通道，就看这一层有多少个卷积核。`groups` 把通道分成互不相见的几组。
# 通道和分组都是第 06 章的内容，这里只看它们怎样影响形状。
#
# 认识一个参数的办法，是单独改动它，看看发生了什么。下面的层每次都用同样的随机数、同一张四个通道的图像，没有提到的参数一律取默认值。
#
# **先猜：** 下面的改动，哪些会改变输出的形状，哪些只改变数值？先列出你的答案，再运行下面三个单元格中的最后一个。

# %%
changes = [
    ("in_channels", 4, 2), ("out_channels", 4, 8), ("kernel_size", 3, 5), ("kernel_size", 3, (3, 5)),
    ("stride", 1, 2), ("stride", 1, (1, 2)),
    ("padding", 0, 1), ("padding", 0, (2, 1)), ("padding", "valid", "same"),
    ("padding_mode", "zeros", "reflect"),
    ("dilation", 1, 2), ("groups", 1, 2), ("bias", True, False),
]  # fmt: skip

# %%
torch.manual_seed(0)
four_channels = torch.randn(1, 4, 8, 8, dtype=torch.float64)


def answer(in_channels=4, out_channels=4, kernel_size=3, **others):
    torch.manual_seed(1)
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, **others, dtype=torch.float64)
    return layer(four_channels[:, :in_channels]), tuple(layer.weight.shape)


# %%
for name, before, after in changes:
    # without a frame, padding_mode would have nothing to do
    # zh: # 不填充的话，padding_mode 就无事可做
    frame = {"padding": 1} if name == "padding_mode" else {}
    old, _ = answer(**frame, **{name: before})
    new, weight = answer(**frame, **{name: after})
    assert old.shape != new.shape or not torch.allclose(old, new)
    changed = "values" if old.shape == new.shape else f"shape, now {tuple(new.shape)}"
    # zh: changed = "数值改变" if old.shape == new.shape else f"形状变为 {tuple(new.shape)}"
    print(f"{name:13}{before!r:>8} -> {after!r:10} weight {weight}  {changed}")
    # zh: print(f"{name:13}{before!r:>8} -> {after!r:10} 权重 {weight}  {changed}")

# %% [markdown] lang="en"
# Four arguments leave the shape alone and change only the values: `in_channels` (other data go in), `padding_mode`, `groups`, and `bias`. All
# others change the shape. Two of the four change the weight's shape: with half the input channels, or with two groups, each kernel has only two channels.
#
# Two arguments are missing in the table, because they change neither shape nor meaning: `device` and `dtype` say where the parameters live and in which type of number:

# %% [markdown] lang="zh"
# 有四个参数不影响形状，只改变数值：`in_channels`（送进去的数据不同了）、`padding_mode`、`groups` 和 `bias`。其余的都改变形状。
# 这四个之中，有两个会改变权重的形状：输入通道减半，或者分成两组，每个卷积核都只有两个通道。
#
# 表里少了 `device` 和 `dtype` 两个参数，因为它们既不改变形状，也不改变含义，只说明参数放在哪里、用哪种类型的数：

# %%
half = nn.Conv2d(1, 1, 3, device=device, dtype=torch.float16)
print(half.weight.dtype, half.weight.device.type == device.type)
tried = {name for name, _, _ in changes} | {"device", "dtype"}
print(f"nothing left out: {tried == set(arguments)}")
# zh: print(f"没有遗漏：{tried == set(arguments)}")

# %% [markdown] lang="en"
# **Class and function.** `nn.Conv2d` is a class: it *holds* weight and bias, invents their first values, and shows them to the optimiser.
# `F.conv2d` is a function: it holds nothing and has to be *given* the weight and the bias at each call. So it needs no channel numbers and no kernel
# size; it reads them off the weight. Inside, the class calls the function. With the same numbers they must agree:

# %% [markdown] lang="zh"
# **类与函数。** `nn.Conv2d` 是类：它*保存*权重和偏置，为二者取初值，并交给优化器。
# `F.conv2d` 是函数：自己什么也不保存，每次调用都要把权重和偏置*交给*它。所以函数不需要通道数和卷积核大小，从权重的形状就读得出来。
# 类的内部调用的正是这个函数。用同样的数，两者的结果必须一致：

# %%
layer = nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups=2, dtype=torch.float64)
settings = (layer.stride, layer.padding, layer.dilation, layer.groups)
d2l.compare(layer(four_channels), F.conv2d(four_channels, layer.weight, layer.bias, *settings))

# %% [markdown] lang="en"
# One argument the function does not have: `padding_mode`. It knows zeros only; for the rest, pad first, then convolve:

# %% [markdown] lang="zh"
# 有一个参数是函数没有的：`padding_mode`。函数只会填零；想用别的方式，就先填充，再卷积：

# %%
mirror = nn.Conv2d(4, 6, 3, padding=1, padding_mode="reflect", dtype=torch.float64)
framed = F.pad(four_channels, (1, 1, 1, 1), mode="reflect")
d2l.compare(mirror(four_channels), F.conv2d(framed, mirror.weight, mirror.bias))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you change <code>padding_mode</code> in your network, and nothing at all happens. Why?</summary>
#
# The layer's `padding` is 0, its default. There is no frame to fill. (For the same reason `dilation` does nothing to a kernel of $1\times 1$: no two cells, no distance.)
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>你改了网络里的 <code>padding_mode</code>，结果却毫无变化。为什么？</summary>
#
# 因为这一层的 `padding` 是默认值 0，没有边框可填。（同样的道理，`dilation` 对 $1\times 1$ 的卷积核也不起作用：只有一格，谈不上距离。）
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - We decide: $m = \lfloor (n + p - d(k-1) - 1)/s \rfloor + 1$
# - **Padding** keeps the size. Its price: invented numbers
# - **Stride** makes it small. Its price: cells nobody looks at
# - **Dilation** sees further. Its price: holes
# - None of this makes a sound: *count*

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 输出多大，我们说了算：$m = \lfloor (n + p - d(k-1) - 1)/s \rfloor + 1$
# - **填充**保住尺寸，代价是编造的数
# - **步幅**把尺寸变小，代价是没人看的格
# - **空洞**看得更远，代价是漏洞
# - 这一切都悄无声息：自己动手*数*

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the opening question: who decides, and what is the price? Let three people answer, one for each setting.
#
# Set exercises 1 to 3 now (5 for the quick ones), the harder ones at home. Next: our pictures were mostly grey. Chapter 06 gives the layer colours.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到开头的问题：谁说了算，代价是什么？请三个人回答，一人说一种设置。
#
# 现在布置练习 1 到 3（做得快的加上 5），更难的留作课后。下一步：今天的图像大多是灰度的，第 06 章让卷积层看见颜色。

# %% tags=["exercises"]
exercises.ch05

# %% [markdown] lang="en"
# ## Summary
#
# We decide. **Padding** adds places for the window and can keep the size: $k-1$ cells in all, $(k-1)/2$ on each side as PyTorch counts, for odd
# kernels. **Stride** takes only every $s$-th place and divides the size by about $s$. **Dilation** pulls the kernel's cells apart to $d(k-1)+1$, further sight for the same
# weights. One formula covers them all: $m = \lfloor (n + p - d(k-1) - 1)/s \rfloor + 1$.
#
# Each has its price. Padding invents numbers, and ten layers of $5\times 5$ later only the inner $200\times 200$ of $240\times 240$ is free of them: the shape was kept, not the
# knowledge. Stride throws answers away, and rounding can drop whole rows. The same dilation above 1 in every layer leaves holes. None of this makes a sound, so count.
#
# **Next:** the pictures of this chapter were mostly grey. Chapter 06 gives the layer colours, and asks how channels talk to each other.
#
# **Further reading**
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285): the formula, case by case, with drawings.
# - [`torch.nn.Conv2d`](https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html) in PyTorch's documentation: now you can read all of it.
# - Yu and Koltun, [Multi-Scale Context Aggregation by Dilated Convolutions](https://arxiv.org/abs/1511.07122): dilations 1, 2, 4 and on.
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html),
#   "Padding and Stride", whose example numbers we share.

# %% [markdown] lang="zh"
# ## 小结
#
# 输出多大，由我们决定。**填充**给窗口添位置，可以保持尺寸：总共要 $k-1$ 格；对奇数大小的卷积核，按 PyTorch 的数法，就是每侧 $(k-1)/2$ 格。
# **步幅**每 $s$ 个位置只取一个，尺寸大约除以 $s$。**空洞**把卷积核撑到 $d(k-1)+1$ 格，权重不变而看得更远。
# 一个公式说清全部：$m = \lfloor (n + p - d(k-1) - 1)/s \rfloor + 1$。
#
# 每一样都有代价。填充要编造数字：叠上十层 $5\times 5$，$240\times 240$ 里只有中间的 $200\times 200$ 不受影响；保住的是形状，不是信息。
# 步幅会扔掉一些输出，取整还可能整行整列地漏掉输入。每层都用同一个大于 1 的空洞，会留下漏洞。这些都悄无声息，所以要自己动手数一数。
#
# **下一步：** 本章的图像大多是灰度的。第 06 章让卷积层看见颜色，并讨论各个通道怎样互通消息。
#
# **延伸阅读**
# - Dumoulin、Visin：[A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285)，逐种情形讲解这个公式，配有插图。
# - PyTorch 文档中的 [`torch.nn.Conv2d`](https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)：现在你能读懂它的全部了。
# - Yu、Koltun：[Multi-Scale Context Aggregation by Dilated Convolutions](https://arxiv.org/abs/1511.07122)，空洞依次取 1、2、4，一路增大。
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html)
#   （Dive into Deep Learning，链接指向英文版）中关于填充和步幅的一节，本章的例子沿用了其中的数字。
