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
# *Ten convolutional layers with $5\times 5$ kernels turn an image of $240\times 240$ pixels into an output of $200\times 200$. How can we choose the size of
# the output ourselves, and what does each choice cost?*
#
# **In this chapter you will**
# - choose padding, stride and dilation to get the output size you want;
# - measure what padding does at the border;
# - see which shifts and stripes a layer with a stride above 1 gets wrong;
# - find the gaps that dilation can leave;
# - look up what each argument of `nn.Conv2d` changes.
#
# **Time:** about 30 minutes to read and run, three hours for all the exercises. **You need:** chapter 02; chapters 01 and 03 help.

# %% [markdown] lang="zh"
# # 05 填充、步幅与空洞
#
# **$240\times 240$ 的图像，经过十层 $5\times 5$ 的卷积，只剩下 $200\times 200$ 的输出。怎样才能自己决定输出的大小？每种做法又要付出什么代价？**
#
# **学完本章，你将能够**
# - 选择填充、步幅和膨胀率，得到想要的输出大小；
# - 测量填充在边界处造成的误差；
# - 弄清步幅大于 1 时，哪些平移、哪些条纹会出问题；
# - 找出空洞卷积可能留下的空隙；
# - 查到 `nn.Conv2d` 的每个参数改变了什么。
#
# **所需时间：** 阅读并运行约 30 分钟，做完全部练习约需三小时。**预备知识：** 第 02 章；学过第 01、03 章更好。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Read the question aloud. **Ask:** who has had a network that would not run because a size was wrong? What did you do? Most will say that they tried other numbers until it ran. Today we compute the numbers.
#
# **Expect:** "padding solves that." Padding keeps the size. It does not bring back what lies beyond the border.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 念出这个问题。**提问：** 谁遇到过大小对不上、网络跑不起来的情况？当时怎么办的？多数人会说，换几个数试到能跑为止。今天我们把这些数算出来。
#
# **常见错误：** “加上填充不就行了？”填充能保持尺寸，但边界以外的内容并不会因此回来。

# %%
import warnings
from collections import Counter

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% [markdown] lang="en"
# ## 1 · Padding
#
# A layer with a kernel of size $k$ shortens each axis by $k-1$ (chapter 02).
#
# **Predict:** ten layers with $5\times 5$ kernels follow one another. What percentage of the $240\times 240$ pixels is left?

# %% [markdown] lang="zh"
# ## 1 · 填充
#
# 大小为 $k$ 的卷积核会让每条轴缩短 $k-1$（第 02 章）。
#
# **先猜：** 十层 $5\times 5$ 的卷积，一层接一层。$240\times 240$ 个像素还剩百分之几？

# %% [markdown] lang="en" slide="slide"
# ## Ten layers of $5\times 5$
#
# An image of $240\times 240$ pixels. Each layer shortens both axes by $k-1 = 4$.
#
# **Predict:** what percentage of the pixels is left?

# %% [markdown] lang="zh" slide="slide"
# ## 十层 $5\times 5$
#
# 图像 $240\times 240$。每过一层，两条轴各缩短 $k-1 = 4$。
#
# **先猜：** 像素还剩百分之几？

# %% tags=["slide-answer"]
deep = nn.Sequential(*[nn.Conv2d(1, 1, kernel_size=5) for _ in range(10)])
size = tuple(deep(torch.zeros(1, 1, 240, 240)).shape[2:])
print(f"output {size}: {size[0] * size[1] / 240**2:.0%} of the pixels are left")
# zh: print(f"输出 {size}：剩下 {size[0] * size[1] / 240**2:.0%} 的像素")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Let everybody write down a percentage before you press the key.
#
# **Expect:** 83%, which is 200 of 240 on one axis; the number of pixels falls with the square. Some forget that every layer takes away four, and subtract four instead of forty.
#
# Lead on: are the pixels of the input at least used equally often?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 按键之前，让每个人先写下一个百分数。
#
# **常见错误：** 答 83%，那只是一条轴上 240 剩 200；像素数要按平方算。也有人忘了每一层都要减，只减了四，其实要减四十。
#
# 由此引出：输入的各个像素，至少用到的次数一样多吗？

# %% [markdown] lang="en"
# Not all input pixels are used equally often. Autograd can count the uses: if all kernel entries are 1, the backward pass adds 1
# to the gradient of a pixel for each window that contains it. In grids of numbers, colour shows sign and size: blue above zero, red below;
# the larger the absolute value, the stronger the colour.
#
# **Predict:** an $8\times 8$ image and one $3\times 3$ kernel. How many windows contain a corner pixel, and how many a pixel in the middle?

# %% [markdown] lang="zh"
# 此外，输入的各个像素用到的次数并不相同。计数可以交给自动求导：卷积核的元素全为 1 时，一个像素每落在一个窗口里，反向传播就给它的梯度加 1。
# 数字表用颜色表示数的正负和大小：正数为蓝，负数为红，绝对值越大，颜色越深。
#
# **先猜：** $8\times 8$ 的图像，一个 $3\times 3$ 的卷积核。角上的像素落在几个窗口里？中间的像素呢？


# %%
def uses(n=8, kernel=3, **settings):
    """In how many windows does each pixel of an n x n image lie?"""
    # zh: """n × n 图像的每个像素各落在多少个窗口里？"""
    image = torch.zeros(1, 1, n, n, requires_grad=True)
    F.conv2d(image, torch.ones(1, 1, kernel, kernel), **settings).sum().backward()
    return image.grad[0, 0]


# %% [markdown] lang="en" slide="slide"
# ## How often is each pixel used?
#
# An $8\times 8$ image, one $3\times 3$ kernel.
#
# **Predict:** how many windows contain a corner pixel? And a pixel in the middle?

# %% [markdown] lang="zh" slide="slide"
# ## 每个像素用到几次？
#
# 图像 $8\times 8$，一个 $3\times 3$ 的卷积核。
#
# **先猜：** 角上的像素落在几个窗口里？中间的像素呢？

# %% tags=["slide-answer"]
d2l.show_grids({"windows per pixel": uses()})
# zh: d2l.show_grids({"每个像素所在的窗口数": uses()})

# %% [markdown] lang="en" slide="notes"
# **2 min.** The figure shows a gradient: if all kernel entries are 1, every window passes 1 back to each pixel that it contains.
#
# **Ask:** where do you see rows times columns? (1, 2, 3, 3 and so on along each axis, multiplied.)
#
# **Expect:** "the corner pixel is used half as often." It lies in one window, the pixel in the middle in nine. Lead on: how could a corner pixel lie in more windows?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这张图其实是梯度：卷积核的元素全为 1 时，每个窗口给它盖住的每个像素传回 1。
#
# **提问：** 哪里看得出“行乘以列”？（每条轴上是 1、2、3、3……，两者相乘。）
#
# **常见错误：** 以为角上的像素只少一半。其实角上只有一个窗口，中间有九个。由此引出：怎样让角上的像素落在更多窗口里？

# %% [markdown] lang="en"
# A corner pixel lies in one window, a pixel in the middle in nine. **Padding** adds rows and columns around the image, so that the window has more
# positions. Usually the values added are zeros (**zero padding**).
#
# **Predict:** in chapter 02 the image has 3 rows and the kernel has 2. We add one row or column on each side. How many rows does the output have?

# %% [markdown] lang="zh"
# 角上的像素只落在一个窗口里，中间的像素落在九个窗口里。**填充**（padding）就是在图像四周添上几行几列，让窗口多一些位置可放。
# 添上的通常是零，叫做**零填充**（zero padding）。
#
# **先猜：** 第 02 章的图像有 3 行，卷积核有 2 行。在图像的每一侧各添一行或一列，输出有几行？

# %% [markdown] lang="en" slide="slide"
# ## Padding
#
# **Padding** adds rows and columns around the image, usually of zeros.
#
# **Predict:** an image of 3 rows, a kernel of 2 rows, one row of zeros on each side. How many rows does the output have?

# %% [markdown] lang="zh" slide="slide"
# ## 填充
#
# **填充**（padding）：在图像四周添上几行几列，通常是零。
#
# **先猜：** 图像 3 行，卷积核 2 行，每一侧各添一行零。输出有几行？

# %% tags=["slide-answer"]
X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
Y = F.conv2d(X[None, None], K[None, None], padding=1)[0, 0]
padded = F.pad(X, (1, 1, 1, 1))  # left, right, top, bottom: the last axis comes first
# zh: padded = F.pad(X, (1, 1, 1, 1))  # 左、右、上、下：最后一条轴排在最前面
d2l.show_grids({"padded": padded}, K=K, Y=Y, mark={"padded": (0, 0, 2, 2), "Y": (0, 0, 1, 1)})
# zh: d2l.show_grids({"填充后": padded}, K=K, Y=Y, mark={"填充后": (0, 0, 2, 2), "Y": (0, 0, 1, 1)})

# %% [markdown] lang="en" slide="fragment"
# $m = n + 2p - k + 1$, with $p$ **per side**, as PyTorch counts it.

# %% [markdown] lang="zh" slide="fragment"
# $m = n + 2p - k + 1$，$p$ 指**每一侧**，与 PyTorch 的约定相同。

# %% [markdown] lang="en" slide="notes"
# **3 min.** This is the image of chapter 02. Let them find 19, 25, 37 and 43 in the middle of the output: as long as the window moves one pixel at a time, padding adds outputs and leaves the others as they were.
#
# **Ask:** why is the first output 0? (Its window holds three zeros of the padding and the image's own 0.) What is the most padding that is still useful? ($k-1$ per side; with more, some windows would hold nothing but padding.)
#
# **Expect:** five rows, from 3 + 2, with the kernel forgotten.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 这是第 02 章的图像。让大家在输出的中间找出 19、25、37、43：只要窗口每次移动一个像素，填充就只增加输出，不改动原有的输出。
#
# **提问：** 第一个输出为什么是 0？（窗口里是三个填充的零，外加图像自己的 0。）填充超过多少就没有意义了？（每侧 $k-1$；再多，有的窗口里就全是填充的值了。）
#
# **常见错误：** 答五行，只算了 3 + 2，忘了卷积核。

# %% [markdown] lang="en"
# The output has four rows. The frames mark the first window and its output. The middle of `Y` holds the four numbers of chapter 02: as long as the
# window moves one pixel at a time, padding adds outputs and leaves the others as they were.
#
# In this chapter $p$ is the padding **per side**, as PyTorch counts it. The output then has the size
#
# $$m = n + 2p - k + 1$$
#
# <details><summary><b>Check yourself:</b> for a kernel of size 2, what is the most padding that is still useful?</summary>
#
# One row or column per side. With two, the first window would contain nothing but padding, whatever the image shows. In general, at most $k-1$ per
# side is useful. With exactly $k-1$, the window takes every position in which it overlaps the image; this is called **"full"** padding. A
# convolution without padding is called **"valid"**.
# </details>

# %% [markdown] lang="zh"
# 输出有四行。方框标出第一个窗口和它的输出。`Y` 的中间就是第 02 章的四个数：只要窗口每次移动一个像素，填充就只增加输出，不改动原有的输出。
#
# 本章里 $p$ 一律指**每一侧**的填充，与 PyTorch 的约定相同。这样，输出的大小是
#
# $$m = n + 2p - k + 1$$
#
# <details><summary><b>自测：</b>卷积核大小为 2 时，填充超过多少就没有意义了？</summary>
#
# 每侧一行或一列。若填两行，第一个窗口盖住的全是填充的值，与图像的内容无关。一般来说，每侧填充超过 $k-1$ 就没有意义了。
# 恰好填 $k-1$ 时，凡是能与图像重叠的位置，窗口都会经过，这叫 **“full”** 填充；不填充的卷积则叫 **“valid”**。
# </details>

# %% [markdown] lang="en"
# ## 2 · How much padding keeps the size?
#
# **Predict:** a $3\times 3$ kernel shortens each axis by 2. You write `padding=2`. How large is the output for an $8\times 8$ image?

# %% [markdown] lang="zh"
# ## 2 · 填充多少才能保持尺寸？
#
# **先猜：** $3\times 3$ 的卷积核让每条轴缩短 2。写上 `padding=2`，输入 $8\times 8$ 的图像，输出有多大？

# %% [markdown] lang="en" slide="slide"
# ## How much keeps the size?
#
# A $3\times 3$ kernel shortens each axis by 2.
#
# **Predict:** with `padding=2`, how large is the output for an $8\times 8$ image?

# %% [markdown] lang="zh" slide="slide"
# ## 填多少才能保持尺寸？
#
# $3\times 3$ 的卷积核让每条轴缩短 2。
#
# **先猜：** 写 `padding=2`，$8\times 8$ 的图像会变成多大？


# %% tags=["slide-answer"]
def shape_of(kernel_size, n=(8, 8), **settings):
    layer = nn.Conv2d(1, 1, kernel_size, **settings)
    return tuple(layer(torch.zeros(1, 1, *n)).shape[2:])


print(f"kernel 3, padding=2: {shape_of(3, padding=2)}")
print(f"kernel 3, padding=1: {shape_of(3, padding=1)}")
# zh: print(f"卷积核 3，填充 2：{shape_of(3, padding=2)}")
# zh: print(f"卷积核 3，填充 1：{shape_of(3, padding=1)}")

# %% [markdown] lang="en" slide="fragment"
# `padding` counts *each* side: to keep the size, write $(k-1)/2$ ($k$ odd).

# %% [markdown] lang="zh" slide="fragment"
# `padding` 指**每一侧**：要保持尺寸，就写 $(k-1)/2$（$k$ 为奇数）。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Let the class vote: 8, 9 or 10? **Expect:** $8\times 8$. The argument counts each side, so 2 adds four rows.
#
# **Ask:** what about a kernel of size 4? Three rows of padding cannot be split equally. `padding="same"` puts the extra row at the bottom, and the extra column on the right. This is one reason why most kernels have odd sizes; another is that an odd kernel has an entry in its middle.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 让全班表决：8、9 还是 10？**常见错误：** 答 $8\times 8$。这个参数指每一侧，写 2 就添了四行。
#
# **提问：** 卷积核大小是 4 呢？填充的三行没法平分。`padding="same"` 把多出的一行放在下侧，多出的一列放在右侧。卷积核的大小多取奇数，这是原因之一；另一个原因是，大小为奇数时才有正中间的元素。

# %% [markdown] lang="en"
# The output is larger than the image, because `padding=2` adds 2 rows or columns on each side. To keep the size, $m = n$, we need $p = (k-1)/2$. For a
# kernel that is not square, `padding` takes a pair, the height first:

# %% [markdown] lang="zh"
# 输出比图像还大，因为 `padding=2` 给每一侧都添了 2 行（列）。要保持尺寸，即 $m = n$，需要 $p = (k-1)/2$。
# 卷积核不是正方形时，`padding` 要写成一对数，高在前：

# %%
print(f"kernel 5, padding=2:           {shape_of(5, padding=2)}")
print(f"kernel (5, 3), padding=(2, 1): {shape_of((5, 3), padding=(2, 1))}")
# zh: print(f"卷积核 5，填充 2：{shape_of(5, padding=2)}")
# zh: print(f"卷积核 (5, 3)，填充 (2, 1)：{shape_of((5, 3), padding=(2, 1))}")

# %% [markdown] lang="en"
# The padding $(k-1)/2$ is a whole number only if $k$ is odd, one reason why most kernels have odd sizes. Another is that with this padding
# the window of output $(i, j)$ is centred on pixel $(i, j)$.
#
# **Predict:** a kernel of size 4 needs three rows of padding in all. On which side does `padding="same"` put two of them?

# %% [markdown] lang="zh"
# 只有 $k$ 是奇数时，$(k-1)/2$ 才是整数，这是卷积核大小多取奇数的一个原因。另一个原因是：
# 这样填充之后，输出 $(i, j)$ 的窗口正好以像素 $(i, j)$ 为中心。
#
# **先猜：** 大小为 4 的卷积核一共要填充三行。写 `padding="same"` 时，哪一侧填两行？

# %%
torch.manual_seed(0)
noise, even = torch.randn(1, 1, 8, 8), torch.randn(1, 1, 4, 4)
with warnings.catch_warnings():  # PyTorch may warn that it has to make a padded copy
    # zh: with warnings.catch_warnings():  # PyTorch 可能会警告：它要另存一份填充过的输入
    warnings.simplefilter("ignore")
    same = F.conv2d(noise, even, padding="same")
for near, far in [(1, 2), (2, 1)]:
    by_hand = F.conv2d(F.pad(noise, (near, far, near, far)), even)
    verdict = "as PyTorch" if torch.allclose(by_hand, same, atol=1e-5) else "other numbers"
    # zh: verdict = "与 PyTorch 相同" if torch.allclose(by_hand, same, atol=1e-5) else "数值不同"
    print(f"{near} left and top, {far} right and bottom: {verdict}")
    # zh: print(f"左侧和上侧 {near}，右侧和下侧 {far}：{verdict}")

# %% [markdown] lang="en"
# PyTorch splits the three rows into $\lfloor 3/2\rfloor = 1$ at the top and $\lceil 3/2\rceil = 2$ at the bottom. Of the columns, the
# larger part is on the right. `padding="same"` works only if the window moves one pixel at a time.
#
# <details><summary><b>Check yourself:</b> which padding keeps the size for a kernel of 7 rows and 1 column?</summary>
#
# `padding=(3, 0)`: three rows above, three below, and no columns. A single 3 would also add six columns, three on each side.
# </details>

# %% [markdown] lang="zh"
# PyTorch 把这三行分成上侧 $\lfloor 3/2\rfloor = 1$ 行、下侧 $\lceil 3/2\rceil = 2$ 行。三列的分法相同，多的那份放在右侧。
# 只有窗口每次移动一个像素时，才能写 `padding="same"`。
#
# <details><summary><b>自测：</b>卷积核有 7 行 1 列，怎样填充才能保持尺寸？</summary>
#
# 写 `padding=(3, 0)`：上下各填三行，左右不填。如果只写一个 3，左右还会各多出三列，一共六列。
# </details>

# %% [markdown] lang="en"
# ## 3 · What padding costs
#
# **Predict:** with padding 1, how many $3\times 3$ windows contain a corner pixel? Another border pixel? An inner pixel?

# %% [markdown] lang="zh"
# ## 3 · 填充的代价
#
# **先猜：** $3\times 3$ 的卷积核，填充 1。角上的像素落在几个窗口里？边上的其他像素呢？内部的像素呢？

# %%
d2l.show_grids({"padding 0": uses(n=6), "padding 1": uses(n=6, padding=1)})
# zh: d2l.show_grids({"填充 0": uses(n=6), "填充 1": uses(n=6, padding=1)})

# %% [markdown] lang="en"
# The counts four, six and nine are closer together than without padding, but not equal.
#
# The values of the padding matter, too. A layer cannot distinguish a zero of the padding from a pixel of value 0, which is black in an image with
# values from 0 to 1. The argument `padding_mode` offers three other choices, here with padding 2 for the row 1, 2, 3, 4:

# %% [markdown] lang="zh"
# 四个、六个、九个：差距比不填充时小，但仍不相等。
#
# 填充什么值也有影响。对卷积层来说，填充的零和值为 0 的像素没有分别，而在像素值从 0 到 1 的图像里，那就是黑色。参数 `padding_mode` 还提供另外三种选择。
# 下面用每一种方式填充 1, 2, 3, 4 这一行，每侧填充 2：

# %% [markdown] lang="en" slide="slide"
# ## Which values?
#
# The corner of a photograph is blurred with a $15\times 15$ kernel.
#
# **Predict:** with which of these four modes does the border look wrong?

# %% [markdown] lang="zh" slide="slide"
# ## 填充什么值？
#
# 用 $15\times 15$ 的模糊核处理一张照片的一角。
#
# **先猜：** 这四种方式里，用哪几种时边界看起来不对？

# %% tags=["slide"]
modes = {"zeros": "constant"} | {name: name for name in ("reflect", "replicate", "circular")}
row = torch.arange(1.0, 5.0).reshape(1, 1, 1, 4)
for name, mode in modes.items():  # what nn.Conv2d calls "zeros", F.pad calls "constant"
    # zh: for name, mode in modes.items():  # `nn.Conv2d` 里的 "zeros"，在 `F.pad` 里叫 "constant"
    print(f"{name:10}", F.pad(row, (2, 2, 0, 0), mode=mode).flatten().int().tolist())

# %% [markdown] lang="en"
# In the top row of the figure, the lower left corner of a piece of a photograph is padded by 60 pixels; the last column shows its true surroundings. The bottom row
# shows the corner enlarged, after a $15\times 15$ blur and without the padding.
#
# **Predict:** with which of the modes does the border look wrong?

# %% [markdown] lang="zh"
# 下图的上排：从照片上剪下一块，在它的左下角向外填充 60 个像素；最右边是真实的周边画面。下排：同一个角经过 $15\times 15$ 的模糊，去掉填充，
# 再放大显示。
#
# **先猜：** 用哪几种填充时，边界看起来不对？

# %% tags=["slide-answer"]
photo = d2l.photo("china")
piece = photo[:, :360, 300:]  # cut out, so that its true surroundings are known
# zh: piece = photo[:, :360, 300:]  # 剪下的一块，真实的周边画面是已知的
box15 = torch.full((1, 1, 15, 15), 1 / 15**2)
surroundings = {name: F.pad(piece, (60,) * 4, mode=mode) for name, mode in modes.items()}
surroundings = {name: image[:, -160:, :160] for name, image in surroundings.items()}
surroundings["true"] = photo[:, 260:420, 240:400]
# zh: surroundings["真实"] = photo[:, 260:420, 240:400]
blurred = {}
for name, image in surroundings.items():
    output = F.conv2d(image[:, None], box15, padding=7)  # each colour as an image of its own
    # zh: output = F.conv2d(image[:, None], box15, padding=7)  # 每种颜色各算一张图像
    blurred[f"{name}, blurred"] = output[:, 0, 40:100, 60:120]
    # zh: blurred[f"{name}，模糊后"] = output[:, 0, 40:100, 60:120]
d2l.show_images(surroundings | blurred, columns=5, repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the four lines aloud: zeros, a mirror on the last pixel, the last pixel repeated, the opposite side.
#
# The top row shows the padded corner, with the true surroundings in the last column. The bottom row shows the same corner, enlarged, after the blur. Zeros darken the border; circular brings in the trees of the right side and the sky from the top.
#
# **Expect:** "zero means that nothing is there." For the layer it is a black pixel. **Ask:** what does zero stand for after the mean has been subtracted? (The mean brightness. The median error becomes smaller; the notebook measures it.) Why are zeros the default? (They are cheap, they work at every size, and a network trained with zero padding adapts to it.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把四行念一遍：零；以最后一个像素为镜面；重复最后一个像素；从对侧接着取。
#
# 上排是填充后的一角，最右边是真实的周边画面；下排是同一个角模糊之后的放大图。零填充使边界发暗；circular 把右侧的树和顶部的天空带了进来。
#
# **常见错误：** “零就是什么也没有。”对这一层来说，零是黑色的像素。**提问：** 减去均值之后，零代表什么？（代表平均亮度。误差的中位数会减小，笔记本里有测量。）默认为什么是零？（计算量小，多大的图像都能用，而且用零填充训练出来的网络会适应它。）

# %% [markdown] lang="en"
# Zeros darken the border, and `circular` mixes in the colours of the opposite side. To measure the error, we blur twenty random pieces with a $9\times 9$
# kernel, once with each mode and once with their true surroundings.
#
# Networks usually get images from which the mean has been subtracted, so zero is the mean brightness. We therefore also measure zero padding after
# subtracting the mean. The other modes copy pixels, so subtracting a constant does not change their errors.

# %% [markdown] lang="zh"
# 零填充使边界发暗；用 `circular` 时，对侧的颜色混了进来。误差有多大？我们从照片上随机剪下二十块，用 $9\times 9$ 的模糊核处理：
# 每种填充方式各算一遍，再用真实的周边画面算一遍，然后比较。
#
# 送进网络的图像通常已减去均值，这时零代表平均亮度，所以零填充还要在减去均值后再量一遍。其余几种方式都是复制像素，减去一个常数，误差不变。


# %%
def border_errors(kernels, brightness=0.0):
    """Mean error in the outermost 4 rows and columns of 20 pieces, for each padding mode."""
    # zh: """20 块图像最外面 4 行和 4 列的平均误差，每种填充方式各一组。"""
    whole = d2l.photo("china", gray=True).double()[None, None] - brightness
    torch.manual_seed(0)
    errors = {name: [] for name in modes}
    for _ in range(20):
        top, left = torch.randint(4, 359, ()).item(), torch.randint(4, 572, ()).item()
        true = F.conv2d(whole[..., top - 4 : top + 68, left - 4 : left + 68], kernels)
        inside = whole[..., top : top + 64, left : left + 64]
        for name, mode in modes.items():
            error = F.conv2d(F.pad(inside, (4,) * 4, mode=mode), kernels) - true
            # Only these positions have a window that leaves the piece.
            # zh: # 只有这些位置的窗口会伸到这一块的外面。
            errors[name].append(error.abs().mean((0, 1)).sum().item() / (64**2 - 56**2))
    return errors


# %%
mean_brightness = d2l.photo("china", gray=True).double().mean()
box9 = torch.full((1, 1, 9, 9), 1 / 81, dtype=torch.float64)
of_blur, of_blur_centred = border_errors(box9), border_errors(box9, mean_brightness)
shown = {"zeros": of_blur["zeros"], "zeros, mean subtracted": of_blur_centred["zeros"]}
# zh: shown = {"zeros": of_blur["zeros"], "零填充，已减去均值": of_blur_centred["zeros"]}
shown |= {name: of_blur[name] for name in ("circular", "reflect", "replicate")}
d2l.show_spread(shown, xlabel="mean error at the border (black 0, white 1)", repeatable=False)
# zh: d2l.show_spread(shown, xlabel="边界处的平均误差（黑为 0，白为 1）", repeatable=False)

# %% [markdown] lang="en"
# Each dot is a piece, each black bar a median. With the blur, zeros have the largest error on every piece. Subtracting the mean lowers the median error
# of zeros.
#
# Are zeros the worst only because of the blur? We repeat the measurement with 50 random kernels, and count on how many pieces each mode is the worst.

# %% [markdown] lang="zh"
# 图中每个点代表一块，黑色竖线是中位数。用模糊核时，每一块都是零填充的误差最大。减去均值，零填充误差的中位数就减小了。
#
# 零填充误差最大，会不会只是模糊核特有的结果？再用 50 个随机卷积核量一遍，数一数每种方式各在几块上误差最大。

# %%
torch.manual_seed(0)
random_kernels = torch.randn(50, 1, 9, 9, dtype=torch.float64) / 9
for kernels, words in [(box9, "blur"), (random_kernels, "random kernels")]:
    # zh: for kernels, words in [(box9, "模糊核"), (random_kernels, "随机卷积核")]:
    for brightness, how in [(0.0, "as it is"), (mean_brightness, "mean subtracted")]:
        # zh: for brightness, how in [(0.0, "原样"), (mean_brightness, "减去均值")]:
        errors = border_errors(kernels, brightness)
        worst = Counter(max(errors, key=lambda name: errors[name][i]) for i in range(20))
        counts = ", ".join(f"{name} {worst[name]}" for name in modes)
        print(f"{words}, {how}: pieces of 20 on which each mode is the worst: {counts}")
        # zh: print(f"{words}，{how}，每种方式在 20 块中误差最大的次数：{counts}")

# %% [markdown] lang="en"
# On this photograph, zeros are worst on more than half of the pieces even if the mean is subtracted; `reflect` and `replicate` never are.
#
# Zeros are the default. They are cheap and work at any size, and a network trained with zero padding adapts to it. Islam et al.
# (2020) could read positions off the feature maps of trained networks, largely thanks to zero padding.
#
# **Predict:** ten $5\times 5$ layers with `padding=2` keep the size $240\times 240$. How many positions of the output are not influenced by the padding?

# %% [markdown] lang="zh"
# 就这张照片而言，即使减去了均值，零填充仍在半数以上的块上误差最大，而 `reflect` 和 `replicate` 一次也没有。
#
# 尽管如此，默认仍是零：计算量小，什么尺寸都能用，而且用零填充训练出来的网络会适应它，甚至会利用它。Islam 等人（2020）从训练好的网络的特征图里
# 读出了位置，并发现这种位置信息主要来自零填充。
#
# **先猜：** 十层 $5\times 5$，每层 `padding=2`，尺寸保持 $240\times 240$。输出有多少个位置不受填充的影响？


# %%
def reached(layers):
    """Which positions the padding influences after so many 5 x 5 layers with padding 2."""
    # zh: """经过若干层 5 × 5、填充 2 的卷积之后，哪些位置受到填充的影响。"""
    marks = torch.zeros(1, 1, 240, 240)
    for _ in range(layers):
        # Mark the padding with 1. A window that contains a mark passes it on.
        # zh: # 填充的值记为 1。窗口里只要有标记，输出就带上标记。
        marked = F.pad(marks, (2,) * 4, value=1.0)
        marks = (F.conv2d(marked, torch.ones(1, 1, 5, 5)) > 0.5).float()
    return marks[0, 0]


for layers in (1, 2, 5, 10):
    free = int((reached(layers) == 0).sum())
    side = free**0.5
    print(f"{layers:2} layers: {side:g} x {side:g} = {free} positions without influence")
    # zh: print(f"{layers:2} 层：{side:g} × {side:g} = {free} 个位置不受影响")

# %% [markdown] lang="en" slide="slide"
# ## Is the border back?
#
# Ten layers of $5\times 5$, each with `padding=2`: $240\times 240$ in, $240\times 240$ out.
#
# **Predict:** how many positions of the output are not influenced by the padding?

# %% [markdown] lang="zh" slide="slide"
# ## 边界找回来了吗？
#
# 十层 $5\times 5$，每层 `padding=2`：输入 $240\times 240$，输出 $240\times 240$。
#
# **先猜：** 有多少个位置的输出完全不受填充影响？

# %% tags=["slide-answer"]
crop, magenta = photo[:, 90:330, 200:440], torch.tensor([0.9, 0.0, 0.9]).reshape(3, 1, 1)
views = {}
for layers in (1, 5, 10):
    tinted = torch.where(reached(layers) > 0, 0.4 * crop + 0.6 * magenta, crop)
    views["1 layer" if layers == 1 else f"{layers} layers"] = tinted
    # zh: views["1 层" if layers == 1 else f"{layers} 层"] = tinted
d2l.show_images(views, width=9)

# %% [markdown] lang="en" slide="fragment"
# $200\times 200$, as ten layers *without* padding would leave.

# %% [markdown] lang="zh" slide="fragment"
# $200\times 200$：与十层都**不**填充时剩下的一样大。

# %% [markdown] lang="en" slide="notes"
# **4 min.** This is the main slide on padding. The padding influences the magenta positions. Each $5\times 5$ layer carries the influence two positions further in.
#
# **Expect:** "all of them, because the size is kept", or "all but two rows and columns on each side", which is right for a single layer.
#
# Be fair to padding: at the magenta positions the outputs are only partly wrong. How fast the error falls depends on the kernels; the notebook measures it for a blur and for five random networks.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 这是讲填充时最要紧的一张。紫红色的位置受到了填充的影响。每一层 $5\times 5$ 把影响向里推进两个位置。
#
# **常见错误：** “尺寸没变，所以全都不受影响”；或者“只有每侧两行两列受影响”，那只是一层的情形。
#
# 也要公平地看待填充：紫红色位置上的输出只是部分有误。误差减小得多快，取决于卷积核；笔记本里给出了模糊核和五个随机网络的结果。

# %% [markdown] lang="en"
# Each layer carries the influence of the padding (magenta) two positions further in. After ten layers, **200 × 200 positions are not influenced, as many
# as ten layers without padding leave.** Padding keeps the size; it does not bring back what lies beyond the border.
#
# How large is the error in the magenta part? A piece that is larger by 20 pixels on each side, without padding, gives the true output. We compare row by
# row, for a blur in all ten layers and for five random networks (four channels, ReLU; mean subtracted).

# %% [markdown] lang="zh"
# 紫红色的位置受到填充的影响，每一层又把影响向里推进两个位置。十层之后，**不受影响的有 200 × 200 个位置，与十层都不填充时剩下的一样多。**
# 填充保住了尺寸，却没有找回边界以外的内容。
#
# 紫红色部分的误差有多大？从照片上取每侧多出 20 个像素的一块，完全不填充，就能算出真实的输出。我们把两个输出逐行比较：一次是十层都用模糊核，
# 另外五次用随机网络（四个通道，ReLU；都已减去均值）。


# %%
def error_by_row(kernels, activation):
    """Mean error in each row, in standard deviations of the true output."""
    # zh: """每一行的平均误差，以真实输出的标准差为单位。"""
    centred = d2l.photo("china", gray=True).double()[None, None] - mean_brightness
    true, padded_output = centred[..., 70:350, 180:320], centred[..., 90:330, 200:300]
    for kernel in kernels:
        true = activation(F.conv2d(true, kernel))
        padded_output = activation(F.conv2d(padded_output, kernel, padding=2))
    error = (padded_output - true)[..., 20:-20].abs().mean((0, 1, 3))
    return (error / true.std())[:25].tolist()


def random_network(seed):
    torch.manual_seed(seed)
    kernels = [torch.randn(4, c, 5, 5, dtype=torch.float64) for c in [1] + [4] * 9]
    return [kernel * (2 / kernel[0].numel()) ** 0.5 for kernel in kernels]  # He et al. 2015
    # zh: return [kernel * (2 / kernel[0].numel()) ** 0.5 for kernel in kernels]  # 何恺明等 2015


# %%
box5 = torch.full((1, 1, 5, 5), 1 / 25, dtype=torch.float64)
with_blur = error_by_row([box5] * 10, nn.Identity())
with_random = [error_by_row(random_network(seed), F.relu) for seed in range(5)]
in_row = [sorted(curve[r] for curve in with_random) for r in range(25)]
curves = {"blur": with_blur}
# zh: curves = {"模糊核": with_blur}
for k, which in [(4, "largest"), (2, "median"), (0, "smallest")]:
    # zh: for k, which in [(4, "最大值"), (2, "中位数"), (0, "最小值")]:
    curves[f"random networks, {which}"] = [five[k] for five in in_row]
    # zh: curves[f"随机网络，{which}"] = [five[k] for five in in_row]
along, across = "row, from the border", "error / standard deviation"
# zh: along, across = "行（从边界数起）", "误差 / 标准差"
d2l.show_curves(curves, xlabel=along, ylabel=across, x=range(25), repeatable=False)

# %%
for r in (0, 5, 10, 15):
    low, *_, high = in_row[r]
    print(f"row {r:2}: blur {with_blur[r]:.0%}, random networks {low:.0%} to {high:.0%}")
    # zh: print(f"第 {r:2} 行：模糊核 {with_blur[r]:.0%}，随机网络 {low:.0%} 到 {high:.0%}")

# %% [markdown] lang="en"
# How fast the error falls depends on the kernels.
#
# <details><summary><b>Check yourself:</b> an image of 29×29 pixels, 3×3 layers with padding 1. After how many layers is every position influenced by the padding?</summary>
#
# Each layer carries the influence one position further in from all sides. After 14 layers, $29 - 28 = 1$ row and one column are left, hence one position;
# after 15 layers, none is.
# </details>

# %% [markdown] lang="zh"
# 误差减小得多快，取决于卷积核。
#
# <details><summary><b>自测：</b>图像有 29×29 个像素，每层 3×3，填充 1。多少层之后，所有位置都受到填充的影响？</summary>
#
# 每一层把影响从四边各推进一个位置。14 层之后，行和列各剩 $29 - 28 = 1$，即一个位置不受影响；15 层之后，一个也不剩。
# </details>

# %% [markdown] lang="en"
# ## 4 · Stride
#
# To get a smaller output at less cost, we move the window by more than one pixel at a time, by the **stride** $s$.
#
# **Predict:** on the padded image of section 1, the window moves down by three rows at a time, and right by two columns. How many positions does it have?

# %% [markdown] lang="zh"
# ## 4 · 步幅
#
# 想让输出更小、计算更少，就让窗口每次移动不止一个像素。每一步的长度叫做**步幅**（stride），记作 $s$。
#
# **先猜：** 在第 1 节那张填充过的图像上，窗口每次下移三行、右移两列。它有几个位置？

# %% [markdown] lang="en" slide="slide"
# ## Stride
#
# **Stride** (3, 2): the window moves down by three rows at a time, and right by two columns.
#
# **Predict:** how many positions does it have on the padded image? What are the outputs?

# %% [markdown] lang="zh" slide="slide"
# ## 步幅
#
# **步幅** (3, 2)：窗口每次下移三行，右移两列。
#
# **先猜：** 在填充过的图像上，窗口有几个位置？输出各是多少？

# %% tags=["slide-answer"]
Y_strided = F.conv2d(X[None, None], K[None, None], padding=1, stride=(3, 2))[0, 0]
kept = [(i, j, 1, 1) for i in (0, 3) for j in (0, 2)]
grids = {"padded": padded, "stride 1": Y, "stride (3, 2)": Y_strided}
# zh: grids = {"填充后": padded, "步幅 1": Y, "步幅 (3, 2)": Y_strided}
windows = [(i, j, 2, 2) for i in (0, 3) for j in (0, 2)]
d2l.show_grids(grids, mark={"padded": windows, "stride 1": kept})
# zh: d2l.show_grids(grids, mark={"填充后": windows, "步幅 1": kept})

# %% [markdown] lang="en" slide="fragment"
# The output is that of stride 1, **subsampled**: `Y[::3, ::2]`.

# %% [markdown] lang="zh" slide="fragment"
# 这就是步幅 1 的输出经过**下采样**的结果：`Y[::3, ::2]`。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Write the padded image on the board (0 to 8 with zeros around it; kernel 0, 1, 2, 3) and let them compute the four outputs.
#
# **Ask:** which pixels lie in no window? (The padding on the right, and the row 3, 4, 5, which the step skips.) Why not compute all outputs and discard some? (With stride 2 on both axes, only about a quarter of the work is done, and the later layers get a smaller input.)
#
# **Expect:** six or nine positions, from counting windows that would reach beyond the padded image.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把填充过的图像写在黑板上（0 到 8，四周是零；卷积核 0, 1, 2, 3），让大家算出四个输出。
#
# **提问：** 哪些像素不在任何窗口里？（右侧的填充，还有 3, 4, 5 那一行，窗口跨过了这一行。）为什么不全部算完，再丢掉一些？（两条轴上步幅都是 2 时，计算量只有大约四分之一，后面各层的输入也更小。）
#
# **常见错误：** 答六个或九个位置，把会伸到图像外面的窗口也算上了。

# %% [markdown] lang="en"
# The window has four positions, with the outputs $[[0, 8], [6, 8]]$. These are the outputs of stride 1 in every third row and every second column,
# `Y[::3, ::2]`. Keeping only some of the values is called **subsampling**.

# %% [markdown] lang="zh"
# 窗口有四个位置，输出是 $[[0, 8], [6, 8]]$，正是步幅 1 的输出每三行取一行、每两列取一列：`Y[::3, ::2]`。
# 这样每隔几个取一个，叫做**下采样**（subsampling）。用整数验证如下：

# %%
torch.manual_seed(1)
numbers = torch.randint(-9, 10, (1, 1, 23, 30)).double()
weights = torch.randint(-9, 10, (1, 1, 3, 4)).double()
subsampled = F.conv2d(numbers, weights)[..., ::3, ::2]
d2l.compare(F.conv2d(numbers, weights, stride=(3, 2)), subsampled, tolerance=0)

# %% [markdown] lang="en"
# With stride 2 on both axes, only about a quarter of the outputs are computed. From its first position the window can still move $n+2p-k$ pixels, in whole steps of $s$:
#
# $$m = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# With the padding $p = (k-1)/2$ of section 2, this is $\lceil n/s \rceil$. With kernel 3, padding 1 and stride 2, images of 8 and 7 rows
# both give 4 rows.
#
# **Predict:** an $8\times 8$ image, kernel 3, now without padding. Which rows lie in no window at stride 2? And at stride 4?

# %% [markdown] lang="zh"
# 两条轴上步幅都是 2 时，大约只需算四分之一的输出。窗口从第一个位置起还能移动 $n+2p-k$ 个像素，每步移动 $s$ 个，只算整步：
#
# $$m = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# 若填充取第 2 节的 $p = (k-1)/2$，结果就是 $\lceil n/s \rceil$。卷积核 3、填充 1、步幅 2 时，输入 8 行或 7 行，输出都是 4 行。
#
# **先猜：** $8\times 8$ 的图像，卷积核 3，这次不填充。步幅为 2 时，哪些行不在任何窗口里？步幅为 4 呢？

# %%
print(f"8x8, kernel 3, padding 1, stride 2: {shape_of(3, padding=1, stride=2)}")
print(f"7x7, kernel 3, padding 1, stride 2: {shape_of(3, n=(7, 7), padding=1, stride=2)}")
# zh: print(f"8×8，卷积核 3，填充 1，步幅 2：{shape_of(3, padding=1, stride=2)}")
# zh: print(f"7×7，卷积核 3，填充 1，步幅 2：{shape_of(3, n=(7, 7), padding=1, stride=2)}")
d2l.show_grids({"stride 2": uses(stride=2), "stride 4": uses(stride=4)})
# zh: d2l.show_grids({"步幅 2": uses(stride=2), "步幅 4": uses(stride=4)})

# %% [markdown] lang="en"
# At stride 2, the last row lies in no window. At stride 4, the step is longer than the window, so row 3 is left out as well. PyTorch warns of
# neither.
#
# A convolution at stride 1 is **equivariant** to shifts (chapter 01): if the image is shifted, the output is shifted by the same amount. To test larger
# strides, we shift a photograph to the right by 0 to 4 pixels, wrapping around so that there is no border. We compare the
# new output with the closest shift of the original one, for a vertical-edge kernel and a blur.
#
# **Predict:** for which of these shifts do the two outputs agree at stride 2? At stride 4?

# %% [markdown] lang="zh"
# 步幅为 2 时，最后一行不在任何窗口里。步幅为 4 时，步幅比窗口还大，因此第 3 行也漏掉了。这两种情形，PyTorch 都不会警告。
#
# 步幅为 1 的卷积对平移是**等变**的（equivariant，第 01 章）：图像平移多少，输出也平移多少。步幅更大时又如何？我们来测一测：把照片向右平移 0 到 4 个像素
# （首尾相接，这样就没有边界），再从原输出的各种平移里找出与新输出最接近的一个。所用的卷积核有两个：一个检测竖直边缘，一个是模糊核。
#
# **先猜：** 步幅为 2 时，对哪几种平移，两个输出完全一致？步幅为 4 呢？

# %% [markdown] lang="en" slide="slide"
# ## Shift the image by one pixel
#
# Chapter 01: if the image is shifted, the output of a convolution is shifted by the same amount.
#
# **Predict:** for shifts of 0 to 4 pixels, when does this hold with stride 2? With stride 4?

# %% [markdown] lang="zh" slide="slide"
# ## 把图像平移一个像素
#
# 第 01 章：图像平移多少，卷积的输出也平移多少。
#
# **先猜：** 平移 0 到 4 个像素，步幅为 2 时哪几种还成立？步幅为 4 呢？

# %%
scene = d2l.photo("china", gray=True)[None, None, 100:356, 200:456]
edges = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])[None, None]
box3 = torch.full((1, 1, 3, 3), 1 / 9)


def mismatch(kernel, stride, shift):
    """Relative difference between the output for the shifted image and the closest
    shift of the original output by 0 to 4 columns."""
    # zh: """图像平移后的输出，与原输出平移 0 到 4 列所得结果中最接近的一个相比，
    # zh: 相对误差是多少。"""

    def response(image):
        return F.conv2d(F.pad(image, (1, 1, 1, 1), mode="circular"), kernel, stride=stride)

    before, after = response(scene), response(scene.roll(shift, dims=3))
    moved = [before.roll(t, dims=3) for t in range(5)]
    return min(float((after - output).norm() / before.norm()) for output in moved)


# %% tags=["slide-answer"]
print("shift, pixels ", *[f"{shift:5}" for shift in range(5)])
# zh: print("平移像素数  ", *[f"{shift:5}" for shift in range(5)])
for what, kernel, strides in [("edge", edges, (1, 2, 4)), ("blur", box3, (2, 4))]:
    # zh: for what, kernel, strides in [("边缘", edges, (1, 2, 4)), ("模糊", box3, (2, 4))]:
    for stride in strides:
        differences = [f"{mismatch(kernel, stride, shift):5.0%}" for shift in range(5)]
        print(f"stride {stride}, {what}", *differences)
        # zh: print(f"步幅 {stride}，{what}", *differences)

# %% [markdown] lang="en" slide="notes"
# **3 min.** "Edge" is the Sobel kernel for vertical edges of chapter 03, "blur" a $3\times 3$ mean. The image wraps around, so there is no border. For each shift, the table gives the smallest difference between the new output and the shifts of the old one by 0 to 4 columns.
#
# **Expect:** "equivariance always holds, because it is a convolution." With stride $s$ it holds for shifts by multiples of $s$. More than 100% means that the difference is larger than the output itself. This depends on the kernel: with the blur, the difference is much smaller.
#
# **Ask:** what follows for a network with five strides of 2? (Only shifts by multiples of 32 pixels are guaranteed.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** “边缘”是第 03 章检测竖直边缘的 Sobel 核，“模糊”是 $3\times 3$ 的均值。图像首尾相接，所以没有边界。对每种平移，把旧输出平移 0 到 4 列，表里给出它们与新输出之间最小的差别。
#
# **常见错误：** “卷积总是等变的。”步幅为 $s$ 时，平移量是 $s$ 的倍数才成立。超过 100% 表示差别比输出本身还大。这与卷积核有关：用模糊核时，差别小得多。
#
# **提问：** 一个网络有五处步幅 2，会怎样？（只有平移量是 32 的倍数时才有保证。）

# %% [markdown] lang="en"
# With stride $s$ the layer is equivariant to shifts by multiples of $s$. For other shifts of this photograph, the difference is larger than the output
# itself with the edge kernel, and at most 11% of it with the blur. Strides multiply: two layers with stride 2 are together equivariant only to shifts by multiples of 4.
#
# There are two causes. A shift by one pixel is half a column of the output at stride 2, so no shift by whole columns matches it. In addition
# there is **aliasing**: after subsampling, a pattern too fine for the samples kept appears as a coarser one, which was not there before.
#
# **Predict:** stripes repeat every 2.5 pixels. After how many columns of the output do they repeat at stride 2?

# %% [markdown] lang="zh"
# 步幅为 $s$ 的层，当平移量是 $s$ 的倍数时等变。就这张照片来说，换成别的平移量，用边缘核时，差别比输出本身还大；用模糊核时，差别最多是输出的 11%。
# 步幅会相乘：两层的步幅都是 2 时，合起来只有平移量是 4 的倍数时才等变。
#
# 原因有两个。步幅为 2 时，平移一个像素相当于输出的半列，平移整数列当然对不上。此外还有**混叠**（aliasing）：
# 花纹太细，下采样保留的样本不够密，它看上去就成了另一种较粗的、原来没有的花纹。
#
# **先猜：** 条纹每 2.5 个像素重复一次。步幅为 2 时，输出里每几列重复一次？

# %%
fine = torch.cos(2 * torch.pi * torch.arange(240).double() / 2.5)
coarse = torch.cos(2 * torch.pi * torch.arange(120).double() / 5)
d2l.compare(fine[::2], coarse)

# %% [markdown] lang="en"
# They repeat after 5 columns, or 10 pixels of the image.
#
# <details><summary><b>Check yourself:</b> why 5?</summary>
#
# The stripes have 0.4 periods per pixel, and hence 0.8 per column of the output. At whole numbers of columns, a cosine with 0.8 periods per column takes
# the same values as one with 0.2, because 0.8 is a whole period minus 0.2, and a cosine takes the same value at $x$ and $-x$.
# </details>
#
# A blur before the subsampling weakens the detail that the smaller output cannot hold. We try it on rings that grow finer outwards:

# %% [markdown] lang="zh"
# 每 5 列重复一次，相当于图像的 10 个像素。
#
# <details><summary><b>自测：</b>为什么是 5？</summary>
#
# 条纹每个像素 0.4 个周期，到了输出里，每列就是 0.8 个周期。在整数列上，每列 0.8 个周期的余弦与每列 0.2 个周期的取值相同：
# 0.8 比一个整周期少 0.2，而余弦在 $x$ 和 $-x$ 处取值相同。
# </details>
#
# 下采样之前先模糊，可以削弱较小的输出容不下的细密内容。下图用越往外越密的圆环来说明：

# %% [markdown] lang="en" slide="slide"
# ## Aliasing
#
# Stripes repeat every 2.5 pixels. A stride of 2 keeps every second column.
#
# **Predict:** after how many columns do the stripes repeat in the output?

# %% [markdown] lang="zh" slide="slide"
# ## 混叠
#
# 竖条纹每 2.5 个像素重复一次。步幅 2 每两列取一列。
#
# **先猜：** 输出里的条纹每几列重复一次？

# %% [markdown] lang="en" slide="fragment"
# After 5 columns, or 10 pixels. This is **aliasing**. Now with rings:

# %% [markdown] lang="zh" slide="fragment"
# 每 5 列，即 10 个像素。这就是**混叠**。再看圆环：

# %% tags=["slide"]
r_squared = torch.linspace(-64, 63, 128) ** 2
rings = torch.cos(torch.pi * (r_squared[:, None] + r_squared) / 128)
binomial = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
blur = (binomial[:, None] * binomial)[None, None]
smooth = F.conv2d(rings[None, None], blur, padding=2)[0, 0]
results = {"rings": rings, "stride 2": rings[::2, ::2], "blur, then stride 2": smooth[::2, ::2]}
# zh: results = {"圆环": rings, "步幅 2": rings[::2, ::2], "先模糊，再用步幅 2": smooth[::2, ::2]}
d2l.show_images(results, width=9, repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **3 min.** On the board: the stripes have 0.4 periods per pixel, hence 0.8 per output column; a cosine with 0.8 periods per sample takes the same values as one with 0.2.
#
# In the middle, the rings at the four sides and in the corners are new: the original does not contain them. After the blur they almost vanish, and so does the fine detail that the smaller output cannot hold.
#
# **Expect:** "1.25 columns." No stripes can repeat faster than every two columns. Zhang (2019) blurs in this way between a convolution and the subsampling that follows it.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在黑板上算：条纹每个像素 0.4 个周期，输出每列就是 0.8 个周期；每个样本 0.8 个周期的余弦，与 0.2 个周期的取值完全相同。
#
# 中间那张图，四边和四角的圆环是原图里没有的。先模糊，它们就几乎消失，较小的输出容不下的细密内容也一并削弱了。
#
# **常见错误：** 答 1.25 列。条纹最快也只能每两列重复一次。Zhang（2019）在卷积和随后的下采样之间，就这样模糊一次。

# %% [markdown] lang="en"
# At stride 2, new rings appear at the four sides and in the corners. With the blur they almost vanish. Zhang (2019) blurs in this way after a
# convolution or a maximum at stride 1, before the subsampling.
#
# <details><summary><b>Check yourself:</b> kernel 2, stride 2, no padding, an image of 9 rows. In how many windows does each row lie?</summary>
#
# The windows begin at rows 0, 2, 4 and 6 and do not overlap. Rows 0 to 7 lie in one window each, and row 8 lies in none. Chapter 07 uses this layout for
# pooling.
# </details>

# %% [markdown] lang="zh"
# 直接用步幅 2，四边和四角出现了新的圆环；先模糊，它们就几乎看不到了。Zhang（2019）就是这样做的：先以步幅 1 做卷积或取最大值，再模糊，
# 最后下采样。
#
# <details><summary><b>自测：</b>卷积核 2，步幅 2，不填充，图像有 9 行。每一行落在几个窗口里？</summary>
#
# 窗口从第 0、2、4、6 行开始，互不重叠。第 0 到第 7 行各落在一个窗口里，第 8 行不在任何窗口里。第 07 章的汇聚就用这种布局。
# </details>

# %% [markdown] lang="en"
# ## 5 · Dilation
#
# With **dilation** $d$, neighbouring entries of the kernel are multiplied by pixels that lie $d$ apart, so the same number of weights covers a
# larger area.
#
# **Predict:** which dilation do ordinary layers have, 0 or 1?

# %% [markdown] lang="zh"
# ## 5 · 空洞卷积
#
# **空洞卷积**（dilated convolution，也叫膨胀卷积）把卷积核拉开：相邻两个元素所乘的像素相距 $d$，
# 同样多的权重就能覆盖更大的范围。$d$ 叫做**膨胀率**（dilation）。
#
# **先猜：** 普通的卷积层，膨胀率是 0 还是 1？

# %%
print(f"default: dilation {nn.Conv2d(1, 1, kernel_size=3).dilation}")
# zh: print(f"默认膨胀率：{nn.Conv2d(1, 1, kernel_size=3).dilation}")
spread = numbers.new_zeros(1, 1, 5, 7)  # 3 x 4 weights, 2 apart
# zh: spread = numbers.new_zeros(1, 1, 5, 7)  # 3 × 4 个权重，相距 2
spread[..., ::2, ::2] = weights
d2l.show_grids({"kernel": weights[0, 0], "with dilation 2": spread[0, 0]})
# zh: d2l.show_grids({"卷积核": weights[0, 0], "膨胀率 2": spread[0, 0]})

# %%
d2l.compare(F.conv2d(numbers, weights, dilation=2), F.conv2d(numbers, spread), tolerance=0)

# %% [markdown] lang="en"
# Ordinary layers have dilation 1, not 0: dilation is the **distance** between neighbouring entries. With dilation 2, the output is that of an ordinary
# layer whose kernel has zeros between the weights. From the first of $k$ entries to the last there are $k-1$ distances of $d$, so the **effective
# kernel** has the size
#
# $$k_{\text{eff}} = d\,(k-1) + 1.$$
#
# In the figure, with dilation 2, the framed pixels are multiplied by the kernel's entries.

# %% [markdown] lang="zh"
# 普通卷积层的膨胀率是 1，不是 0：膨胀率指的是相邻两个元素之间的**距离**。膨胀率为 2 时，输出等于另一个普通卷积层的输出，只是那一层的权重之间插了零。
# 从 $k$ 个元素的第一个到最后一个，共有 $k-1$ 段长为 $d$ 的距离，所以**等效卷积核**的大小是
#
# $$k_{\text{eff}} = d\,(k-1) + 1.$$
#
# 下图是膨胀率为 2 时的一个窗口：加框的像素与卷积核的元素相乘。

# %% [markdown] lang="en" slide="slide"
# ## Dilation
#
# **Dilation** spreads the kernel out: the same number of weights covers a larger area.
#
# **Predict:** which dilation do ordinary layers have, 0 or 1?

# %% [markdown] lang="zh" slide="slide"
# ## 空洞卷积
#
# **空洞卷积**（dilation）把卷积核拉开：同样多的权重，覆盖更大的范围。
#
# **先猜：** 普通的卷积层，膨胀率是 0 还是 1？

# %% tags=["slide"]
d2l.show_window(torch.arange(25.0).reshape(5, 5), K, 1, 1, dilation=2)

# %% [markdown] lang="en" slide="fragment"
# 1: dilation is a **distance** (here 2). Effective kernel: $d\,(k-1) + 1$.

# %% [markdown] lang="zh" slide="fragment"
# 是 1：膨胀率指**距离**（图中是 2）。等效卷积核：$d\,(k-1) + 1$。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The number of weights stays the same; the area grows.
#
# **Ask:** how large is the effective kernel of three entries at dilation 2? At dilation 4? (5 and 9.) **Expect:** 6 and 12, from $d\,k$. Between $k$ entries there are only $k-1$ distances, as between fence posts.
#
# PyTorch refuses dilation 0.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 权重的个数不变，覆盖的范围变大。
#
# **提问：** 三个元素，膨胀率为 2 时，等效卷积核有多大？为 4 时呢？（5 和 9。）**常见错误：** 用 $d\,k$ 算出 6 和 12。$k$ 个元素之间只有 $k-1$ 段距离，与植树问题一样。
#
# 膨胀率为 0 时，PyTorch 会报错。

# %% [markdown] lang="en"
# **Play:** find a setting whose only output is the number 38. Which pixels does it use? Then, with padding 1 or 2 and dilation 1 or 2, find all three
# settings that keep the output at $3\times 3$.

# %% [markdown] lang="zh"
# **动手：** 找出一种设置，使输出只有一个数 38。它用到了哪几个像素？再让填充取 1 或 2、膨胀率取 1 或 2，找出输出仍为 $3\times 3$ 的全部三种设置。

# %% [markdown] lang="en" slide="slide"
# ## Play: all three at once
#
# **Task:** find a setting whose only output is 38. Which pixels does it use?

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：三种设置一起来
#
# **任务：** 找出一种设置，使输出只有一个数 38。它用到了哪几个像素？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import WindowExplorer

WindowExplorer(X, K)

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E to enter the figure, Tab to reach the settings, Escape to return. Change one setting at a time; let the class call the size of the output first.
#
# Then set the task, in pairs, two minutes. **Answer:** dilation 2, no padding, any stride. The kernel spans the whole image, and its entries lie on the four corners: $0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$.
#
# For the quick ones: with padding 1 or 2 and dilation 1 or 2, find the three settings that keep the output at three by three. As (padding, stride, dilation) they are (1, 1, 2), (2, 2, 1), (2, 2, 2).

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入图中，用 Tab 走到各个设置，按 Esc 返回。一次只改一个设置，每次让全班先报出输出的大小。
#
# 然后两人一组做任务，给两分钟。**答案：** 膨胀率为 2，不填充，步幅随意。卷积核横跨整张图像，元素落在四个角上：$0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$。
#
# 留给做得快的人：填充取 1 或 2，膨胀率取 1 或 2，找出输出仍是三行三列的三种设置。按（填充，步幅，膨胀率）的次序，它们是 (1, 1, 2)、(2, 2, 1)、(2, 2, 2)。

# %%
only = F.conv2d(X[None, None], K[None, None], dilation=2).flatten().tolist()
print(f"dilation 2, no padding, any stride: {only}")
# zh: print(f"膨胀率 2，不填充，步幅随意：{only}")
settings = [(p, s, d) for p in (1, 2) for s in (1, 2, 3) for d in (1, 2)]
keeping = [one for one in settings if d2l.output_size(3, 2, *one) == 3]
print(f"(padding, stride, dilation) with output 3 x 3: {keeping}")
# zh: print(f"输出 3 × 3 的（填充，步幅，膨胀率）：{keeping}")

# %% [markdown] lang="en"
# With dilation 2 and no padding, the kernel's entries lie on the four corners of the image: $0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$.
#
# With matching padding, dilation enlarges the receptive field (chapter 02) and keeps the size. For
# **semantic segmentation**, which assigns a class to each pixel, Yu and Koltun (2016) stack layers with dilations 1, 2, 4 and so on. For audio,
# WaveNet (van den Oord et al. 2016) doubles the dilation from layer to layer, up to 512:

# %% [markdown] lang="zh"
# 膨胀率为 2、不填充时，卷积核的四个元素落在图像的四个角上：$0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$。
#
# 配上相应的填充，空洞卷积能扩大感受野（第 02 章），又不让输出变小。**语义分割**（semantic segmentation）要给每个像素指定一个类别：
# Yu 和 Koltun（2016）把膨胀率依次为 1、2、4……的各层叠起来。
# 处理音频的 WaveNet（van den Oord 等 2016）让膨胀率逐层加倍，直到 512：

# %%
for dilations in [(1, 1, 1), (2, 2, 2), (1, 2, 4)]:
    field = d2l.receptive_field([(3, 1, d) for d in dilations]).size[0]
    print(f"three 3x3 layers, dilations {dilations}: receptive field {field} x {field}")
    # zh: print(f"三层 3×3，膨胀率 {dilations}：感受野 {field} × {field}")
for d_max, dilations in [(1, [1] * 10), (512, [2**i for i in range(10)])]:
    field = d2l.receptive_field([(2, 1, d) for d in dilations]).size[0]
    print(f"ten layers of size 2, dilations up to {d_max}: {field} samples")
    # zh: print(f"十层大小为 2 的卷积，膨胀率最大 {d_max}：{field} 个采样点")

# %% [markdown] lang="en"
# **Predict:** two $3\times 3$ layers, both with dilation 2, have a receptive field of $9\times 9$. How many of these 81 pixels does one output use?

# %% [markdown] lang="zh"
# **先猜：** 两层 $3\times 3$，膨胀率都是 2，感受野是 $9\times 9$。这 81 个像素里，一个输出用到了几个？


# %%
def used_by_one_output(*dilations):
    image = torch.zeros(1, 1, 9, 9, requires_grad=True)
    output = image
    for d in dilations:
        output = F.conv2d(output, torch.ones(1, 1, 3, 3), padding=d, dilation=d)
    output[0, 0, 4, 4].backward()
    return image.grad[0, 0]


for pair in [(2, 2), (1, 2)]:
    print(f"dilations {pair}: {int((used_by_one_output(*pair) > 0).sum())} pixels used")
    # zh: print(f"膨胀率 {pair}：用到 {int((used_by_one_output(*pair) > 0).sum())} 个像素")

# %% [markdown] lang="en" slide="slide"
# ## Gridding
#
# Two $3\times 3$ layers, each with dilation 2, have a receptive field of $9\times 9$.
#
# **Predict:** how many of these 81 pixels does one output use?

# %% [markdown] lang="zh" slide="slide"
# ## 网格效应
#
# 两层 $3\times 3$，膨胀率都是 2，感受野是 $9\times 9$。
#
# **先猜：** 这 81 个像素里，一个输出用到了几个？

# %% tags=["slide-answer"]
ways = {"both layers with dilation 2": used_by_one_output(2, 2)}
# zh: ways = {"两层的膨胀率都是 2": used_by_one_output(2, 2)}
ways["dilation 1, then 2 (receptive field 7×7)"] = used_by_one_output(1, 2)
# zh: ways["膨胀率先 1 后 2（感受野 7×7）"] = used_by_one_output(1, 2)
d2l.show_grids(ways)

# %% [markdown] lang="en" slide="fragment"
# Dilations 2, 2: 25 of 81. Dilations 1, 2: all 49 of $7\times 7$.

# %% [markdown] lang="zh" slide="fragment"
# 膨胀率 2, 2：81 个中用到 25 个。膨胀率 1, 2：$7\times 7$ 的 49 个全用到。

# %% [markdown] lang="en" slide="notes"
# **2 min.** The numbers in the figure count the paths from each pixel to one output, again by a gradient, with all kernel entries equal to 1.
#
# **Expect:** all 81, because "the second layer fills the gaps". The second layer skips the same rows and columns as the first. Neighbouring outputs then use different pixels, and a grid pattern can appear in the result. This is gridding (Yu et al. 2017).
#
# **Ask:** which dilations would you use in three layers? (With 1, 2, 4, the receptive field is fifteen by fifteen, with 27 weights and without gaps.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 图里的数是每个像素到这个输出的路径数，也是用梯度数出来的，卷积核的元素全为 1。
#
# **常见错误：** 答 81，以为“第二层会把空隙补上”。其实两层跳过的是同样的行和列。相邻的输出用到的像素互不相同，结果里就可能出现网格状的花纹，这叫网格效应（Yu 等 2017）。
#
# **提问：** 叠三层的话，膨胀率怎么取？（取 1, 2, 4：一共 27 个权重，感受野十五乘十五，没有空隙。）

# %% [markdown] lang="en"
# The numbers count the paths from each pixel to the output. With dilation 2, both layers skip the same rows and columns, so the output uses 25 pixels.
# Neighbouring outputs have no pixel in common, and a grid pattern can appear in the result. This is called **gridding** (Yu et al. 2017). Dilations 1
# and 2 leave no gaps.
#
# <details><summary><b>Check yourself:</b> which padding keeps the size for a 3×3 kernel with dilation 4?</summary>
#
# The effective kernel has size $4\cdot 2 + 1 = 9$, so we need 4 per side. For $3\times 3$ kernels, the padding that keeps the size equals the dilation;
# `used_by_one_output` makes use of this.
# </details>

# %% [markdown] lang="zh"
# 图中的数是每个像素到这个输出的路径数。膨胀率都是 2 时，两层跳过的是同样的行和列，这个输出只用到 25 个像素。相邻两个输出所用的像素没有一个相同，
# 结果里就可能出现网格状的花纹，这叫**网格效应**（gridding，Yu 等 2017）。膨胀率取 1 和 2，就没有空隙。
#
# <details><summary><b>自测：</b>3×3 的卷积核，膨胀率为 4，填充多少才能保持尺寸？</summary>
#
# 等效卷积核的大小是 $4\cdot 2 + 1 = 9$，所以每侧要填充 4。对 $3\times 3$ 的卷积核，保持尺寸的填充恰好等于膨胀率，
# `used_by_one_output` 就用到了这一点。
# </details>

# %% [markdown] lang="en"
# ## 6 · One formula for all of it
#
# Along one axis, the effective kernel covers $d(k-1)+1$ of the padded length $n+2p$. Over the rest, the window moves in whole steps of $s$:
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **Predict:** an $8\times 8$ image, kernel (3, 5), padding (0, 1), stride (3, 4). How large is the output?

# %% [markdown] lang="zh"
# ## 6 · 一个公式说清全部
#
# 只看一条轴。填充后长 $n+2p$，等效卷积核盖住其中的 $d(k-1)+1$。在剩下的部分里，窗口每步移动 $s$，只算整步：
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **先猜：** $8\times 8$ 的图像，卷积核 (3, 5)，填充 (0, 1)，步幅 (3, 4)。输出有多大？

# %% [markdown] lang="en" slide="slide"
# ## One formula for all of it
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **Predict:** an $8\times 8$ image, kernel (3, 5), `padding=(0, 1)`, stride (3, 4). How large is the output?

# %% [markdown] lang="zh" slide="slide"
# ## 一个公式说清全部
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **先猜：** $8\times 8$ 的图像，卷积核 (3, 5)，`padding=(0, 1)`，步幅 (3, 4)。输出有多大？

# %% tags=["slide-answer"]
print(f"rows:    {d2l.explain_output_size(8, 3, padding=0, stride=3)}")
print(f"columns: {d2l.explain_output_size(8, 5, padding=1, stride=4)}")
print(f"PyTorch: {shape_of((3, 5), padding=(0, 1), stride=(3, 4))}")
# zh: print(f"行数：{d2l.explain_output_size(8, 3, padding=0, stride=3)}")
# zh: print(f"列数：{d2l.explain_output_size(8, 5, padding=1, stride=4)}")
# zh: print(f"PyTorch 给出：{shape_of((3, 5), padding=(0, 1), stride=(3, 4))}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the formula as a sequence: the padded length; minus what the window covers at its first position; divided into steps; plus the first position. Let them compute on paper, rows and columns separately, for one minute.
#
# **Expect:** padding counted once for the columns (1 per side makes 2), and the number of steps rounded up.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按顺序念这个公式：填充后的长度；减去窗口在第一个位置盖住的；剩下的能走几步；加上第一个位置。行与列分开，在纸上算，给一分钟。
#
# **常见错误：** 列上的填充只算一次（每侧 1，合起来是 2）；步数向上取整。

# %% [markdown] lang="en"
# **Play:** the figure shows all positions of the window along one axis. Hatched pixels are used by no window. In which ways can you
# bring pixel 9 into a window by moving a single slider?

# %% [markdown] lang="zh"
# **动手：** 下图画出窗口在一条轴上的全部位置，画斜线的像素没有一个窗口用到。只移动一个滑块，
# 有哪些办法能用上 9 号像素？

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


# %%
def last_pixel_used(**changed):
    return bool(uses(**({"n": 10, "kernel": 3, "stride": 2} | changed))[-1, -1] > 0)


print("kernel:  ", [k for k in range(2, 6) if last_pixel_used(kernel=k)])
print("padding: ", [p for p in range(4) if last_pixel_used(padding=p)])
print("stride:  ", [s for s in range(1, 5) if last_pixel_used(stride=s)])
print("dilation:", [d for d in range(1, 4) if last_pixel_used(dilation=d)])
# zh: print("卷积核", [k for k in range(2, 6) if last_pixel_used(kernel=k)])
# zh: print("填充  ", [p for p in range(4) if last_pixel_used(padding=p)])
# zh: print("步幅  ", [s for s in range(1, 5) if last_pixel_used(stride=s)])
# zh: print("膨胀率", [d for d in range(1, 4) if last_pixel_used(dilation=d)])

# %% [markdown] lang="en"
# These are all the values that work when only one slider is moved.
#
# <details><summary><b>Check yourself:</b> the first layer of ResNet has kernel 7, padding 3 and stride 2. The input has 224 rows. How many rows does the output have?</summary>
#
# $\lfloor (224 + 6 - 6 - 1)/2 \rfloor + 1 = \lfloor 223/2 \rfloor + 1 = 111 + 1 = 112$, exactly half.
# </details>

# %% [markdown] lang="zh"
# 只移动一个滑块时，可行的取值都在这里。
#
# <details><summary><b>自测：</b>ResNet 的第一层是卷积核 7、填充 3、步幅 2，输入有 224 行。输出有几行？</summary>
#
# $\lfloor (224 + 6 - 6 - 1)/2 \rfloor + 1 = \lfloor 223/2 \rfloor + 1 = 111 + 1 = 112$，正好一半。
# </details>

# %% [markdown] lang="en"
# ## 7 · Where this is used today
#
# ResNet-18 (He et al. 2016) has five strides of 2 on its main path. In torchvision, DeepLabv3 (Chen et al. 2017) replaces the last two strides of a ResNet-50 by dilations. On the `meta` device, only shapes are computed.
#
# **Predict:** by what factor do ResNet-18, without its classifier, and the backbone of DeepLabv3 reduce the height of an image?

# %% [markdown] lang="zh"
# ## 7 · 今天用在哪里
#
# ResNet-18（何恺明等 2016）的主路上有五处步幅 2。DeepLabv3（Chen 等 2017）在 torchvision 的实现里，把 ResNet-50 的最后两处步幅换成了空洞卷积。
# 在 `meta` 设备上只推算形状，不做数值计算。
#
# **先猜：** 不含分类器的 ResNet-18 和 DeepLabv3 的主干，各把图像的高缩小到几分之一？

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# ResNet-18 has five strides of 2 on its main path. DeepLabv3, in torchvision's version, replaces the last two strides of a ResNet-50 by dilations.
#
# **Predict:** by what factor do ResNet-18, without its classifier, and the backbone of DeepLabv3 reduce the height of an image?

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# ResNet-18 的主路上有五处步幅 2。DeepLabv3 在 torchvision 的实现里，把 ResNet-50 的最后两处步幅换成了空洞卷积。
#
# **先猜：** 不含分类器的 ResNet-18 和 DeepLabv3 的主干，各把图像的高缩小到几分之一？

# %% tags=["slide-answer"]
with torch.device("meta"):
    resnet = torchvision.models.resnet18().eval()
    deeplab = torchvision.models.segmentation.deeplabv3_resnet50(weights_backbone=None).eval()
    features = meta_image = torch.zeros(1, 3, 224, 224)
    output_of_deeplab = deeplab.backbone(meta_image)["out"]
for name, part in list(resnet.named_children())[:-2]:  # without the classifier
    # zh: for name, part in list(resnet.named_children())[:-2]:  # 不含分类器
    before, features = features, part(features)
    if features.shape[2] < before.shape[2]:
        print(f"ResNet-18, {name:8}{features.shape[2]:3} x {features.shape[3]}")
        # zh: print(f"ResNet-18，{name:8}{features.shape[2]:3} × {features.shape[3]}")
print(f"DeepLabv3, backbone {output_of_deeplab.shape[2]} x {output_of_deeplab.shape[3]}")
# zh: print(f"DeepLabv3，主干    {output_of_deeplab.shape[2]} × {output_of_deeplab.shape[3]}")

# %% [markdown] lang="en" slide="fragment"
# ResNet-18: by 32. The backbone of DeepLabv3: by 8.

# %% [markdown] lang="zh" slide="fragment"
# ResNet-18：缩小到 32 分之一。DeepLabv3 的主干：缩小到 8 分之一。

# %% [markdown] lang="en" slide="notes"
# **2 min.** For one label for the whole image, $7\times 7$ is enough. For a class at each pixel it is too coarse: DeepLab gives up two strides and makes up for the smaller receptive field by dilation.
#
# **Expect:** 10, from adding the five strides. Strides multiply: 2 to the power of 5.
#
# **Ask:** to which shifts is the last feature map of ResNet-18 guaranteed to be equivariant, apart from the border? (Shifts by multiples of 32.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 整张图像只要一个标签时，$7\times 7$ 就够了。要给每个像素分类就太粗：DeepLab 去掉两处步幅，再用空洞卷积弥补变小的感受野。
#
# **常见错误：** 把五个步幅相加，答 10。步幅是相乘的：2 的 5 次方。
#
# **提问：** 不算边界，ResNet-18 的最后一张特征图对哪些平移一定等变？（平移量是 32 的倍数。）

# %% [markdown] lang="en"
# ResNet-18 reduces the height by a factor of $224/7 = 32$, the backbone of DeepLabv3 by $224/28 = 8$; DeepLabv3 enlarges its result to the size of
# the image at the end. Further facts, also about newer networks:

# %% [markdown] lang="zh"
# 高的缩小倍数：ResNet-18 是 $224/7 = 32$，DeepLabv3 的主干是 $224/28 = 8$；DeepLabv3 最后再把结果放大到图像的大小。
# 下面再给出几个数字，其中也有较新网络的：

# %%
main_path = [(7, 2), (3, 2)] + [(3, 1)] * 4 + ([(3, 2)] + [(3, 1)] * 3) * 3
print(f"ResNet-18: receptive field {d2l.receptive_field(main_path).size[0]} pixels")
# zh: print(f"ResNet-18：感受野 {d2l.receptive_field(main_path).size[0]} 个像素")
with_dilation = Counter(m.dilation[0] for m in deeplab.modules() if isinstance(m, nn.Conv2d))
print(f"DeepLabv3: layers with each dilation {dict(sorted(with_dilation.items()))}")
# zh: print(f"DeepLabv3：每种膨胀率的层数 {dict(sorted(with_dilation.items()))}")
with torch.device("meta"):
    vit, convnext = torchvision.models.vit_b_16(), torchvision.models.convnext_tiny()
for name, first in [("ViT-B/16", vit.conv_proj), ("ConvNeXt-T", convnext.features[0][0])]:
    print(f"{name}: first layer has kernel {first.kernel_size}, stride {first.stride}")
    # zh: print(f"{name}：第一层的卷积核 {first.kernel_size}，步幅 {first.stride}")

# %% [markdown] lang="en"
# The receptive field of ResNet-18 extends beyond the image at every position of the last feature map, so the padding can influence all of it. In
# DeepLabv3, dilations 2 and 4 make up for the missing strides, and 12, 24 and 36 are used side by side.
#
# Some newer architectures cut the image into patches: their first layer has a stride as large as its kernel, as in the vision transformer
# (Dosovitskiy et al. 2021) and ConvNeXt (Liu et al. 2022). Such a layer needs no padding if the patches fill the image
# exactly, but it is equivariant only to shifts by whole patches.
#
# <details><summary><b>Check yourself:</b> beside its main path, ResNet has layers with kernel 1 and stride 2. How much of their input do they use?</summary>
#
# A quarter: in each block of $2\times 2$ positions, three lie in no window. He et al. (2019, "Bag of Tricks") first average each block, and then apply
# the kernel with stride 1.
# </details>

# %% [markdown] lang="zh"
# ResNet-18 的最后一张特征图上，每个位置的感受野都伸到了图像之外，所以填充能影响整张特征图。DeepLabv3 里，膨胀率 2 和 4 用来弥补去掉的步幅，
# 膨胀率 12、24、36 则并排使用。
#
# 较新的一些架构把图像切成小块（patch）：第一层的步幅与卷积核一样大，例如视觉 Transformer（Dosovitskiy 等 2021）和 ConvNeXt（Liu 等 2022）。
# 若小块恰好铺满图像，这样的层不需要填充，但只有平移整块时才等变。
#
# <details><summary><b>自测：</b>ResNet 的主路之外，有卷积核为 1、步幅为 2 的层。它们用到了输入的多少？</summary>
#
# 四分之一：每 $2\times 2$ 个位置里，有三个不在任何窗口里。Tong He 等人（2019，“Bag of Tricks”）改为先对每一块求平均，再以步幅 1 做这个卷积。
# </details>

# %% [markdown] lang="en"
# ## 8 · Reference: the arguments of `nn.Conv2d`
#
# The first row of the table changes nothing, and each of the rest changes one argument, except the last, which changes two, because `padding_mode` needs padding.
# Chapter 06 explains channels and
# `groups`.
#
# **Predict:** which changes leave the number of parameters as it is?

# %% [markdown] lang="zh"
# ## 8 · 参考：`nn.Conv2d` 的参数
#
# 表中第一行不作改动，其余各行只改一个参数；只有最后一行改了两个，因为不填充时 `padding_mode` 不起作用。通道和 `groups` 在第 06 章讲。
#
# **先猜：** 哪些改动不影响可学习参数的个数？

# %%
defaults = {"in_channels": 4, "out_channels": 8, "kernel_size": 3}
changes = [
    {}, {"in_channels": 2}, {"out_channels": 16}, {"kernel_size": 5}, {"stride": 2}, {"padding": 1},
    {"dilation": 2}, {"groups": 2}, {"bias": False}, {"padding": 1, "padding_mode": "reflect"},
]  # fmt: skip
print("changed                           output         weight         parameters")
# zh: print("改动                              输出           权重           参数个数")
for change in changes:
    conv = nn.Conv2d(**(defaults | change))
    out = tuple(conv(torch.zeros(1, conv.in_channels, 8, 8)).shape)
    words = ", ".join(f"{name}={value!r}" for name, value in change.items()) or "-"
    parameters = sum(parameter.numel() for parameter in conv.parameters())
    print(f"{words:34}{str(out):15}{str(tuple(conv.weight.shape)):15}{parameters}")

# %% [markdown] lang="en"
# Stride, padding, dilation and `padding_mode` do. `device` and `dtype` say where and in which type the parameters are
# stored.
#
# `nn.Conv2d` stores its weight and bias. The function `F.conv2d` takes the weight at each call, and a bias if there is one; it pads with zeros
# only; for another mode, call `F.pad` first:

# %% [markdown] lang="zh"
# 步幅、填充、膨胀率和 `padding_mode` 都不影响。`device` 和 `dtype` 说明可学习参数存放在哪里、用哪种类型。
#
# `nn.Conv2d` 保存权重和偏置。函数 `F.conv2d` 每次调用都要传入权重（偏置可以不传），而且只会做零填充；要用别的方式，就先调用 `F.pad`：

# %%
torch.manual_seed(0)
layer = nn.Conv2d(4, 6, kernel_size=3, stride=2, padding=1, padding_mode="reflect", groups=2)
batch = torch.randn(1, 4, 8, 8)
framed = F.pad(batch, (1, 1, 1, 1), mode="reflect")
d2l.compare(layer(batch), F.conv2d(framed, layer.weight, layer.bias, stride=2, groups=2))

# %% [markdown] lang="en"
# To compute in 16 bits, keep the parameters in float32 and let **autocast** choose the type of each operation.

# %% [markdown] lang="zh"
# 想用 16 位浮点数来计算，就让参数保持 float32，由**自动混合精度**（autocast）为每个运算选择类型。

# %%
device = d2l.device()
layer, batch = layer.to(device), batch.to(device)
with torch.autocast(device.type, dtype=torch.bfloat16):
    in_16_bits = layer(batch)
print(f"weight {layer.weight.dtype}, output {in_16_bits.dtype}")
# zh: print(f"权重 {layer.weight.dtype}，输出 {in_16_bits.dtype}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you change the <code>padding_mode</code> of a layer, and its output stays the same. Why?</summary>
#
# The layer's `padding` is 0, its default, so there is no padding to fill with values.
# </details>
#
# <details><summary><b>Check yourself:</b> why did we not create the layer in float16?</summary>
#
# Such a layer raises an error on a float32 input. With autocast, the input and the parameters can stay in float32.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>改了某一层的 <code>padding_mode</code>，输出却没有变化。为什么？</summary>
#
# 因为这一层的 `padding` 是默认值 0，根本没有填充，填什么值也就无从谈起。
# </details>
#
# <details><summary><b>自测：</b>为什么不直接用 float16 创建这一层？</summary>
#
# 这样的层，输入 float32 就会报错。用自动混合精度，输入和可学习参数都可以保持 float32。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - Size: $m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$, $p$ per side
# - **Padding** keeps the size; its influence reaches inwards layer by layer
# - **Stride** $s$ subsamples: equivariant only to shifts by multiples of $s$, possible aliasing
# - **Dilation** enlarges the receptive field; a common factor above 1 leaves gaps

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 大小：$m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$，$p$ 指每一侧
# - **填充**保持尺寸，影响逐层向里推进
# - **步幅** $s$ 就是下采样：只有平移量是 $s$ 的倍数时才等变，还可能混叠
# - **空洞卷积**扩大感受野；各层膨胀率有大于 1 的公因数，就会留下空隙

# %% [markdown] lang="en" slide="notes"
# **2 min.** Return to the opening question: how do we choose the size, and what does each choice cost? Let three people answer, one for each setting.
#
# Set exercises 1 to 3 now (5 for the quick ones), the harder ones at home. Next: chapter 06 adds channels.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到开头的问题：怎样决定输出的大小，每种做法代价是什么？请三个人回答，一人说一种设置。
#
# 现在布置练习 1 到 3（做得快的加上 5），更难的留作课后。下一步：第 06 章讲通道。

# %% tags=["exercises"]
exercises.ch05

# %% [markdown] lang="en"
# ## Summary
#
# The size of the output follows from kernel, padding, stride and dilation: $m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$ with $p$ per side.
#
# **Padding** of $(k-1)/2$ per side keeps the size at stride 1 and dilation 1 if $k$ is odd. The price is an error at the border, which
# reaches further in with each layer. **Stride** $s$ divides the size by about $s$. The price is possible aliasing, and equivariance only to shifts by
# multiples of $s$. **Dilation**
# enlarges the kernel to $d(k-1)+1$ with the same number of weights. Dilations with a common factor above 1 leave gaps.
#
# **Next:** chapter 06 adds colours and channels.
#
# **Further reading**
# - Dumoulin and Visin 2016, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285): the formula, case by case, with drawings.
# - Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, "Padding and Stride", whose example numbers we reuse; there the padding of both sides is counted together: [English](https://d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html),
#   [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html).
# - Border: Islam, Jia and Bruce 2020, [How Much Position Information Do Convolutional Neural Networks Encode?](https://arxiv.org/abs/2001.08248)
# - Stride: Zhang 2019, [Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486); He et al. 2019, [Bag of Tricks](https://arxiv.org/abs/1812.01187).
# - Dilation: Yu and Koltun 2016, [Multi-Scale Context Aggregation](https://arxiv.org/abs/1511.07122); Chen et al. 2017, [DeepLabv3](https://arxiv.org/abs/1706.05587); van den Oord et al. 2016,
#   [WaveNet](https://arxiv.org/abs/1609.03499); Yu, Koltun and Funkhouser 2017, [Dilated Residual Networks](https://arxiv.org/abs/1705.09914).
# - Networks: He et al. 2016, [ResNet](https://arxiv.org/abs/1512.03385); Dosovitskiy et al. 2021, [vision transformer](https://arxiv.org/abs/2010.11929); Liu et al. 2022, [ConvNeXt](https://arxiv.org/abs/2201.03545).

# %% [markdown] lang="zh"
# ## 小结
#
# 输出的大小由卷积核、填充、步幅和膨胀率决定：$m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$，$p$ 指每一侧。
#
# **填充**：步幅为 1、膨胀率为 1、$k$ 为奇数时，每侧填充 $(k-1)/2$ 就能保持尺寸；代价是边界处有误差，而且误差逐层向里推进。
# **步幅** $s$ 把尺寸缩小到大约 $s$ 分之一；代价是可能出现混叠，而且只有平移量是 $s$ 的倍数时才等变。
# **空洞卷积**用同样多的权重，把卷积核扩大到 $d(k-1)+1$；各层的膨胀率若有大于 1 的公因数，就会留下空隙。
#
# **下一步：** 第 06 章加上颜色和通道。
#
# **延伸阅读**
# - Dumoulin、Visin 2016，[A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285)：逐种情形讲解这个公式，配有插图。
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola，《动手学深度学习》“填充和步幅”一节，本章的例子沿用了其中的数字；书里的填充数指两侧之和：[中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html)，
#   [英文版](https://d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html)。
# - 边界：Islam、Jia、Bruce 2020，[How Much Position Information Do Convolutional Neural Networks Encode?](https://arxiv.org/abs/2001.08248)
# - 步幅：Zhang 2019，[Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486)；Tong He 等 2019，[Bag of Tricks](https://arxiv.org/abs/1812.01187)。
# - 空洞卷积：Yu、Koltun 2016，[Multi-Scale Context Aggregation](https://arxiv.org/abs/1511.07122)；Chen 等 2017，[DeepLabv3](https://arxiv.org/abs/1706.05587)；van den Oord 等 2016，
#   [WaveNet](https://arxiv.org/abs/1609.03499)；Yu、Koltun、Funkhouser 2017，[Dilated Residual Networks](https://arxiv.org/abs/1705.09914)。
# - 网络：何恺明等 2016，[ResNet](https://arxiv.org/abs/1512.03385)；Dosovitskiy 等 2021，[视觉 Transformer](https://arxiv.org/abs/2010.11929)；Liu 等 2022，[ConvNeXt](https://arxiv.org/abs/2201.03545)。
