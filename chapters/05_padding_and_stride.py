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
# - choose padding, stride and dilation for the size of output that you want;
# - measure what padding does at the border;
# - see which shifts and stripes a stride no longer treats correctly;
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
# - 看清步幅不再能正确处理哪些平移、哪些条纹；
# - 找出空洞卷积可能留下的空隙；
# - 查到 `nn.Conv2d` 的每个参数改变了什么。
#
# **所需时间：** 阅读并运行约 30 分钟，做完全部练习约需三小时。**预备知识：** 第 02 章；学过第 01、03 章更好。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Read the question aloud. **Ask:** who has had a network that would not run because a size was wrong? What did you do? Most say that they tried other numbers until it ran. Today we compute them.
#
# **Expect:** "padding solves that." It keeps the size. It does not bring back what lies beyond the border.

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

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · Padding
#
# A kernel of size $k$ shortens an axis by $k-1$ (chapter 02).
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
# **Expect:** 83%, which is 200 of 240 on one axis; the number of pixels goes with the square. Some forget that every layer takes its share and subtract four instead of forty.
#
# Lead on: are the pixels of the input at least used equally often?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 按键之前，让每个人先写下一个百分数。
#
# **常见错误：** 答 83%，那只是一条轴上 240 剩 200；像素数要按平方算。也有人忘了每一层都要减，只减了四，其实要减四十。
#
# 由此引出：输入的各个像素，至少用到的次数一样多吗？

# %% [markdown] lang="en"
# The pixels of the input are not used equally often either. Autograd can count for us: with a kernel of ones, each window passes exactly 1 back to
# each pixel under it.
#
# **Predict:** an $8\times 8$ image and one $3\times 3$ kernel. In how many windows does a corner pixel lie, in how many a pixel in the middle?

# %% [markdown] lang="zh"
# 输入的各个像素，用到的次数也不相同。可以让自动求导来数：卷积核全为一时，每个窗口恰好给它盖住的每个像素传回 1。
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
# **Predict:** in how many windows does a corner pixel lie? And a pixel in the middle?

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
# **2 min.** The figure is a gradient: with a kernel of ones, every window passes 1 back to each pixel under it.
#
# **Ask:** where do you see rows times columns? (1, 2, 3, 3 and so on along each axis, multiplied.)
#
# **Expect:** "the corner gets half as much." It is one window against nine. Lead on: how could a corner lie in more windows?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这张图其实是梯度：卷积核全为一时，每个窗口给它盖住的每个像素传回 1。
#
# **提问：** 哪里看得出“行乘以列”？（每条轴上是 1、2、3、3……，两者相乘。）
#
# **常见错误：** 以为角上只少一半。其实是一个窗口对九个。由此引出：怎样让角上的像素落在更多窗口里？

# %% [markdown] lang="en"
# A corner pixel lies in one window, a pixel in the middle in nine. **Padding** adds rows and columns around the image, so that the window has more
# positions. Usually they hold zeros (**zero padding**).
#
# **Predict:** the image of chapter 02 has 3 rows and the kernel 2. We add one row or column on each side. How many rows does the output have?

# %% [markdown] lang="zh"
# 角上的像素只落在一个窗口里，中间的像素落在九个窗口里。**填充**（padding）就是在图像四周添上几行几列，让窗口多一些位置可放。
# 添上的通常是零，叫做**零填充**（zero padding）。
#
# **先猜：** 第 02 章的图像有 3 行，卷积核有 2 行。每一侧各添一行或一列，输出有几行？

# %% [markdown] lang="en" slide="slide"
# ## Padding
#
# **Padding** adds rows and columns around the image, usually of zeros.
#
# **Predict:** 3 rows, a kernel of 2 rows, one row of zeros on each side. How many rows does the output have?

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
# $m = n + 2p - k + 1$，$p$ 指**每一侧**，与 PyTorch 的数法相同。

# %% [markdown] lang="en" slide="notes"
# **3 min.** It is the image of chapter 02. Let them find 19, 25, 37 and 43 in the middle of the output: at stride 1, padding adds outputs and leaves the others as they were.
#
# **Ask:** why is the first number 0? (Three padded zeros and the image's own 0.) How much padding is useful at most? ($k-1$ per side; beyond that, a window holds padded values only.)
#
# **Expect:** five rows, from 3 + 2 without the kernel.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 这是第 02 章的图像。让大家在输出的中间找出 19、25、37、43：步幅为 1 时，填充只增加输出，不改动原有的。
#
# **提问：** 第一个数为什么是 0？（三个填充的零，外加图像自己的 0。）最多填充多少才有意义？（每侧 $k-1$；再多，就有窗口只盖住填充的值了。）
#
# **常见错误：** 答五行，只算了 3 + 2，忘了卷积核。

# %% [markdown] lang="en"
# There are four rows. In the middle of `Y` stand the four numbers of chapter 02: at stride 1, padding adds outputs and leaves the others as they were.
# In this chapter $p$ is the padding **per side**, as PyTorch counts it. (*Dive into Deep Learning* counts both sides together.)
#
# $$m = n + 2p - k + 1$$
#
# <details><summary><b>Check yourself:</b> how much padding is useful at most for a kernel of size 2?</summary>
#
# One per side. With two, the first window would hold padded values only, whatever the image shows. In general at most $k-1$ per side is useful.
# With exactly $k-1$, the window takes every position in which it overlaps the image; this is called **"full"**. Without padding, it is **"valid"**.
# </details>

# %% [markdown] lang="zh"
# 有四行。`Y` 的中间就是第 02 章的四个数：步幅为 1 时，填充只增加输出，不改动原有的输出。
# 本章里 $p$ 一律指**每一侧**的填充，与 PyTorch 的数法相同。（《动手学深度学习》里指的是两侧之和。）
#
# $$m = n + 2p - k + 1$$
#
# <details><summary><b>自测：</b>卷积核大小为 2 时，最多填充多少才有意义？</summary>
#
# 每侧一行。若填两行，第一个窗口盖住的全是填充的值，与图像的内容无关。一般来说，每侧最多填充 $k-1$ 才有意义。
# 恰好填 $k-1$ 时，凡是与图像有重叠的位置，窗口都会放到，这叫 **“full”**；不填充则叫 **“valid”**。
# </details>

# %% [markdown] lang="en"
# ## 2 · How much padding keeps the size?
#
# A $3\times 3$ kernel shortens each axis by 2.
#
# **Predict:** you write `padding=2`. What size comes out for an $8\times 8$ image?

# %% [markdown] lang="zh"
# ## 2 · 填充多少才能保持尺寸？
#
# $3\times 3$ 的卷积核让每条轴缩短 2。
#
# **先猜：** 写上 `padding=2`，输入 $8\times 8$ 的图像，输出有多大？

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
# `padding` counts *each* side: to keep the size, write $(k-1)/2$.

# %% [markdown] lang="zh" slide="fragment"
# `padding` 指**每一侧**：要保持尺寸，就写 $(k-1)/2$。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Let the class vote: 8, 9 or 10? **Expect:** $8\times 8$. The argument counts each side, so 2 adds four rows.
#
# **Ask:** what about a kernel of size 4? Three rows cannot be shared equally. `padding="same"` puts the extra one at the bottom and on the right. This is one reason why most kernels have odd sizes; another is that an odd kernel has a middle.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 让全班表决：8、9 还是 10？**常见错误：** 答 $8\times 8$。这个参数指每一侧，写 2 就添了四行。
#
# **提问：** 卷积核大小是 4 呢？三行没法平分。`padding="same"` 把多出的一行放在下侧和右侧。卷积核多取奇数，这是原因之一；另一个原因是奇数才有正中间。

# %% [markdown] lang="en"
# The output has grown, because `padding=2` adds 2 on each side. To keep the size, $m = n$, we need $p = (k-1)/2$. A kernel that is not square needs a
# pair, height first:

# %% [markdown] lang="zh"
# 输出变大了，因为 `padding=2` 给每一侧都添了 2。要保持尺寸，即 $m = n$，需要 $p = (k-1)/2$。卷积核不是正方形时，要给一对数，高在前：

# %%
print(f"kernel 5, padding=2:           {shape_of(5, padding=2)}")
print(f"kernel (5, 3), padding=(2, 1): {shape_of((5, 3), padding=(2, 1))}")
# zh: print(f"卷积核 5，填充 2：{shape_of(5, padding=2)}")
# zh: print(f"卷积核 (5, 3)，填充 (2, 1)：{shape_of((5, 3), padding=(2, 1))}")

# %% [markdown] lang="en"
# This is a whole number only if $k$ is odd, which is one reason why most kernels have odd sizes.
#
# **Predict:** a kernel of size 4 needs three rows in all. On which side does `padding="same"` put two?

# %% [markdown] lang="zh"
# $k$ 是奇数时，算出来才是整数，这是卷积核大小多取奇数的一个原因。
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
# PyTorch splits the three into $\lfloor 3/2\rfloor = 1$ and $\lceil 3/2\rceil = 2$, with the larger part on the right and at the bottom.
# `padding="same"` works at stride 1 only.
#
# <details><summary><b>Check yourself:</b> a kernel of 7 rows and 1 column is to keep the size. What do you write?</summary>
#
# `padding=(3, 0)`: three rows above, three below, and no columns. A single 3 would also add six columns.
# </details>

# %% [markdown] lang="zh"
# PyTorch 把三分成 $\lfloor 3/2\rfloor = 1$ 和 $\lceil 3/2\rceil = 2$，多的那份放在右侧和下侧。`padding="same"` 只能在步幅为 1 时使用。
#
# <details><summary><b>自测：</b>卷积核有 7 行 1 列，要保持尺寸，该怎么写？</summary>
#
# 写 `padding=(3, 0)`：上下各填三行，左右不填。如果只写一个 3，还会多出六列。
# </details>

# %% [markdown] lang="en"
# ## 3 · What padding costs
#
# **Predict:** with padding 1, in how many windows of a $3\times 3$ kernel does a corner pixel lie, a pixel on the border, a pixel inside?

# %% [markdown] lang="zh"
# ## 3 · 填充的代价
#
# **先猜：** $3\times 3$ 的卷积核，填充 1。角上的像素落在几个窗口里？边上的呢？里面的呢？

# %%
d2l.show_grids({"padding 0": uses(n=6), "padding 1": uses(n=6, padding=1)})
# zh: d2l.show_grids({"填充 0": uses(n=6), "填充 1": uses(n=6, padding=1)})

# %% [markdown] lang="en"
# Four, six and nine: closer, but not equal.
#
# Now for the values. A layer cannot tell a padded zero from a pixel of value 0, which in an image from 0 to 1 is black. `padding_mode` offers three other
# choices:

# %% [markdown] lang="zh"
# 四个、六个、九个：差距小了，但仍不相等。
#
# 再看填充的值。对一层卷积来说，填充的零和值为 0 的像素没有分别，而在像素值从 0 到 1 的图像里，那就是黑色。`padding_mode` 还提供另外三种选择：

# %% [markdown] lang="en" slide="slide"
# ## Which values?
#
# The corner of a photograph is blurred with a $15\times 15$ kernel.
#
# **Predict:** with which of these four does the border look wrong?

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
# Above, the lower left corner of a piece of a photograph is padded by 60 pixels; on the right are its true surroundings. Below is the corner after a
# $15\times 15$ blur, without the padding.
#
# **Predict:** with which of the modes does the border look wrong after the blur?

# %% [markdown] lang="zh"
# 下图上排是照片上剪下的一块，取它的左下角，填充 60 个像素，最右边是真实的周围。下排是这个角经过 $15\times 15$ 的模糊、再去掉填充之后的样子。
#
# **先猜：** 模糊之后，用哪几种填充时边界看起来不对？

# %% tags=["slide-answer"]
photo = d2l.photo("china")
piece = photo[:, :360, 300:]  # cut out, so that its true surroundings are known
# zh: piece = photo[:, :360, 300:]  # 剪下来的一块，周围本来是什么是知道的
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
# Above, the padded corner, and on the right the true surroundings; below, the same corner after the blur. Zeros darken the border; circular brings in the trees of the right side and the sky from the top.
#
# **Expect:** "zero means that nothing is there." For the layer it is a black pixel. **Ask:** what is zero after the mean has been subtracted? (The mean brightness. The error becomes smaller; the notebook measures it.) Why are zeros the default? Cheap, possible at every size, and a network trained with them adapts.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把四行念一遍：零；以最后一个像素为镜面；重复最后一个像素；从对侧接着取。
#
# 上排是填充后的一角，最右边是真实的周围；下排是同一个角模糊之后。零填充使边界发暗；circular 把右侧的树和顶部的天空带了进来。
#
# **常见错误：** “零就是什么也没有。”对这一层来说，零是黑色的像素。**提问：** 减去均值之后，零是什么？（是平均亮度。误差会减小，笔记本里有测量。）默认为什么是零？省事，多大的图像都能用，而且带着零训练的网络会适应。

# %% [markdown] lang="en"
# Zeros darken the border; `circular` brings in the colours of the opposite side. We measure the error on twenty random pieces. Networks usually get images from which the mean
# has been subtracted, so that zero is the mean brightness. We measure zeros that way, too; the other modes copy pixels, and subtracting a constant does not change their errors.

# %% [markdown] lang="zh"
# 零填充使边界发暗；用 `circular` 时，对侧的颜色混了进来。我们在随机剪下的二十块上测量误差。送进网络的图像通常已减去均值，这时零代表平均亮度，
# 所以零填充也这样再量一遍。其余几种方式都是复制像素，减去一个常数，误差不变。


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
# zh: shown = {"零": of_blur["zeros"], "零，已减去均值": of_blur_centred["zeros"]}
shown |= {name: of_blur[name] for name in ("circular", "reflect", "replicate")}
d2l.show_spread(shown, xlabel="mean error at the border (white - black = 1)", repeatable=False)
# zh: d2l.show_spread(shown, xlabel="边界处的平均误差（白减黑 = 1）", repeatable=False)

# %% [markdown] lang="en"
# This may be a property of the blur. We repeat it with 50 random kernels, and count how often each mode is the worst.

# %% [markdown] lang="zh"
# 这也许是模糊核特有的结果。再用 50 个随机卷积核量一遍，数一数每种方式各有几次最差。

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
        print(f"{words}, {how}: worst in how many of 20 pieces? {counts}")
        # zh: print(f"{words}，{how}，20 块中各有几块最差：{counts}")

# %% [markdown] lang="en"
# Subtracting the mean lowers the error of zeros on this photograph. Even then they are the worst in more than half of the pieces; `reflect` and `replicate` never are.
#
# Zeros are the default all the same: they cost nothing and work at any size, and a network trained with them adapts. It can even use them. Islam et al. (2020)
# read off positions from the feature maps of trained networks, and found that zero padding is a source of them.
#
# **Predict:** ten layers of $5\times 5$ with `padding=2` keep $240\times 240$. At how many positions is the output free of padded values?

# %% [markdown] lang="zh"
# 就这张照片而言，减去均值使零填充的误差减小，但它仍在半数以上的块里最差，而 `reflect` 和 `replicate` 一次也没有垫底。
#
# 尽管如此，默认仍是零：不费计算，什么尺寸都能用，而且带着零训练的网络会适应它，甚至会利用它。Islam 等人（2020）从训练好的网络的特征图里读出了位置，
# 并发现零填充是来源之一。
#
# **先猜：** 十层 $5\times 5$，每层 `padding=2`，尺寸保持 $240\times 240$。输出有多少个位置不受填充的影响？


# %%
def reached(layers):
    """Where padded values have an influence after so many layers of 5 x 5 with padding 2."""
    # zh: """经过若干层 5 × 5、填充 2 的卷积之后，哪些位置受到填充的影响。"""
    marks = torch.zeros(1, 1, 240, 240)
    for _ in range(layers):
        # Mark padded values with 1. A window with any mark passes it on.
        # zh: # 填充的值记为 1。窗口里只要有标记，输出就带上标记。
        marked = F.pad(marks, (2,) * 4, value=1.0)
        marks = (F.conv2d(marked, torch.ones(1, 1, 5, 5)) > 0.5).float()
    return marks[0, 0]


for layers in (1, 2, 5, 10):
    free = int((reached(layers) == 0).sum())
    side = free**0.5
    print(f"{layers:2} layers: {side:g} x {side:g} = {free} positions free of padding")
    # zh: print(f"{layers:2} 层：{side:g} × {side:g} = {free} 个位置不受填充影响")

# %% [markdown] lang="en" slide="slide"
# ## Is the border back?
#
# Ten layers of $5\times 5$, each with `padding=2`: $240\times 240$ in, $240\times 240$ out.
#
# **Predict:** at how many positions is the output free of padded values?

# %% [markdown] lang="zh" slide="slide"
# ## 边界找回来了吗？
#
# 十层 $5\times 5$，每层 `padding=2`：输入 $240\times 240$，输出 $240\times 240$。
#
# **先猜：** 有多少个位置的输出完全不受填充影响？

# %% tags=["slide-answer"]
crop, red = photo[:, 90:330, 200:440], torch.tensor([0.85, 0.2, 0.2]).reshape(3, 1, 1)
views = {}
for layers in (1, 5, 10):
    tinted = torch.where(reached(layers) > 0, 0.4 * crop + 0.6 * red, crop)
    views["1 layer" if layers == 1 else f"{layers} layers"] = tinted
    # zh: views["1 层" if layers == 1 else f"{layers} 层"] = tinted
d2l.show_images(views, width=9)

# %% [markdown] lang="en" slide="fragment"
# $200\times 200$, as ten layers *without* padding would leave.

# %% [markdown] lang="zh" slide="fragment"
# $200\times 200$：与十层都**不**填充时剩下的一样大。

# %% [markdown] lang="en" slide="notes"
# **4 min.** This is the main slide on padding. Red positions have been reached by a padded value. Each layer of $5\times 5$ carries the influence two positions further in.
#
# **Expect:** "all of them, the size is kept", or "all but two rows and columns on each side", which is one layer only.
#
# Be fair to padding: in the red frame the outputs are only partly wrong. How fast the error falls depends on the kernels; the notebook shows a blur and five random networks.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 这是讲填充时最要紧的一张。红色的位置受到了填充的影响。每一层 $5\times 5$ 把影响向里推进两个位置。
#
# **常见错误：** “尺寸没变，所以全都不受影响”；或者“只有每侧两行两列受影响”，那只是一层的情形。
#
# 也要公平地看填充：红框里的输出只是部分有误。误差减小得多快，取决于卷积核；笔记本里给出了模糊核和五个随机网络的结果。

# %% [markdown] lang="en"
# Each layer carries the influence (red) two positions further in. After ten layers **200 × 200 positions are free, as many as ten layers without padding
# leave.** Padding keeps the shape of the output; it does not bring back what lies beyond the border.
#
# How large is the error in the red part? A piece that is larger by 20 pixels on each side gives the true output. We compare row by row, for a blur in all
# ten layers and for five random networks (four channels, ReLU; mean subtracted).

# %% [markdown] lang="zh"
# 每一层把影响（红色）向里推进两个位置。十层之后，**不受影响的有 200 × 200 个位置，与十层都不填充时剩下的一样多。**
# 填充保住了输出的形状，却没有找回边界以外的内容。
#
# 红色部分的误差有多大？取一块每侧多出 20 个像素的图像，就能算出真实的输出。我们逐行与它比较：一次是十层都用模糊核，另外五次用随机网络
# （四个通道，ReLU；都已减去均值）。


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
curves = {"blur": with_blur} | {f"random {i}": curve for i, curve in enumerate(with_random)}
# zh: curves = {"模糊": with_blur} | {f"随机 {i}": curve for i, curve in enumerate(with_random)}
along, across = "row, from the border", "error / standard deviation"
# zh: along, across = "行（从边界数起）", "误差 / 标准差"
d2l.show_curves(curves, xlabel=along, ylabel=across, x=range(25), repeatable=False)

# %%
for r in (0, 5, 10, 15):
    low, *_, high = sorted(curve[r] for curve in with_random)
    print(f"row {r:2}: blur {with_blur[r]:.0%}, random networks {low:.0%} to {high:.0%}")
    # zh: print(f"第 {r:2} 行：模糊 {with_blur[r]:.0%}，随机网络 {low:.0%} 到 {high:.0%}")

# %% [markdown] lang="en"
# How fast the error falls depends on the kernels, so measure it for your own network.
#
# <details><summary><b>Check yourself:</b> an image of 29 rows, layers of 3×3 with padding 1. After how many layers is no position free of padding?</summary>
#
# Each layer carries the influence one position further in from both sides. After 14 layers one row is free, $29 - 28 = 1$; after 15 layers none is.
# </details>

# %% [markdown] lang="zh"
# 误差减小得多快，取决于卷积核，所以自己的网络要自己量。
#
# <details><summary><b>自测：</b>图像有 29 行，每层 3×3，填充 1。多少层之后，没有一个位置不受填充影响？</summary>
#
# 每一层把影响从两侧各推进一个位置。14 层之后还剩一行，$29 - 28 = 1$；15 层之后一行也不剩。
# </details>

# %% [markdown] lang="en"
# ## 4 · Stride
#
# For a smaller output at less cost, the window moves on by more than one pixel at a time. The length of its step is the **stride** $s$.
#
# **Predict:** on the padded image of section 1, the window moves three rows down and two columns to the right. How many positions does it have?

# %% [markdown] lang="zh"
# ## 4 · 步幅
#
# 想让输出更小、计算更少，就让窗口每次移动不止一个像素。每步的长度叫做**步幅**（stride），记作 $s$。
#
# **先猜：** 在第 1 节那张填充过的图像上，窗口每次下移三行、右移两列。它有几个位置？

# %% [markdown] lang="en" slide="slide"
# ## Stride
#
# **Stride** (3, 2): the window moves three rows down, two columns to the right.
#
# **Predict:** how many positions does it have on the padded image? Which outputs?

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
# It is the output of stride 1, **subsampled**: `Y[::3, ::2]`.

# %% [markdown] lang="zh" slide="fragment"
# 就是步幅 1 的输出经过**下采样**：`Y[::3, ::2]`。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Write the padded image on the board (0 to 8 with zeros around it; kernel 0, 1, 2, 3) and let them compute the four outputs.
#
# **Ask:** which pixels lie in no window? (The padding on the right, and the row 3, 4, 5, which the step passes over.) Why not compute all outputs and discard some? (With stride 2 on both axes about a quarter of the work is done, and the later layers get a smaller input.)
#
# **Expect:** six or nine positions, from counting steps that would stick out.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把填充过的图像写在黑板上（0 到 8，四周是零；卷积核 0, 1, 2, 3），让大家算出四个输出。
#
# **提问：** 哪些像素不在任何窗口里？（右侧的填充，还有 3, 4, 5 那一行，窗口从上面跨了过去。）何不全部算完再扔掉一些？（两条轴上步幅都是 2 时，计算量只有大约四分之一，后面各层的输入也更小。）
#
# **常见错误：** 答六个或九个位置，把会伸出去的步子也算上了。

# %% [markdown] lang="en"
# It has four, with the outputs $[[0, 8], [6, 8]]$: those of stride 1 at every third row and every second column, `Y[::3, ::2]`. This is **subsampling**. Whole numbers let us
# check it exactly:

# %% [markdown] lang="zh"
# 有四个位置，输出是 $[[0, 8], [6, 8]]$，正是步幅 1 的输出每三行取一行、每两列取一列：`Y[::3, ::2]`。
# 这叫做**下采样**（subsampling）。用整数来算，可以一位不差地验证：

# %%
torch.manual_seed(1)
numbers = torch.randint(-9, 10, (1, 1, 23, 30)).double()
weights = torch.randint(-9, 10, (1, 1, 3, 4)).double()
subsampled = F.conv2d(numbers, weights)[..., ::3, ::2]
d2l.compare(F.conv2d(numbers, weights, stride=(3, 2)), subsampled, tolerance=0)

# %% [markdown] lang="en"
# With stride 2 on both axes, about a quarter of the outputs is computed. After its first position the window has $n+2p-k$ pixels to move, in steps of $s$, rounded down:
#
# $$m = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# **Predict:** an $8\times 8$ image, kernel 3, no padding. Which rows lie in no window at stride 2? And at stride 4?

# %% [markdown] lang="zh"
# 两条轴上步幅都是 2 时，大约只需算四分之一的输出。窗口在第一个位置之后还能移动 $n+2p-k$ 个像素，每步 $s$ 个，向下取整：
#
# $$m = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# **先猜：** $8\times 8$ 的图像，卷积核 3，不填充。步幅为 2 时，哪些行不在任何窗口里？步幅为 4 呢？

# %%
print(f"8x8, kernel 3, padding 1, stride 2: {shape_of(3, padding=1, stride=2)}")
print(f"7x7, kernel 3, padding 1, stride 2: {shape_of(3, n=(7, 7), padding=1, stride=2)}")
# zh: print(f"8×8，卷积核 3，填充 1，步幅 2：{shape_of(3, padding=1, stride=2)}")
# zh: print(f"7×7，卷积核 3，填充 1，步幅 2：{shape_of(3, n=(7, 7), padding=1, stride=2)}")
d2l.show_grids({"stride 2": uses(stride=2), "stride 4": uses(stride=4)})
# zh: d2l.show_grids({"步幅 2": uses(stride=2), "步幅 4": uses(stride=4)})

# %% [markdown] lang="en"
# At stride 2, rounding drops the last row. At stride 4, the step is longer than the window and leaves gaps. PyTorch warns of neither.
#
# A convolution is **equivariant** to shifts (chapter 01): if the image is shifted, the output is shifted alike. We shift a photograph by 0 to 4 pixels, wrapping around so that
# there is no border, and look for the shift of the original output that is closest to the new one.
#
# **Predict:** for which of these shifts do the two agree at stride 2? At stride 4?

# %% [markdown] lang="zh"
# 步幅为 2 时，取整漏掉了最后一行。步幅为 4 时，步子比窗口还长，留下了空隙。这两种情形，PyTorch 都不会警告。
#
# 卷积对平移是**等变**的（equivariant，第 01 章）：图像平移，输出也跟着平移。我们把照片平移 0 到 4 个像素（首尾相接，这样就没有边界），
# 再从原输出的各种平移里找出与新输出最接近的一个。
#
# **先猜：** 步幅为 2 时，对哪几种平移，两者完全一致？步幅为 4 呢？

# %% [markdown] lang="en" slide="slide"
# ## Shift the image by one pixel
#
# Chapter 01: if the image is shifted, the output of a convolution is shifted alike.
#
# **Predict:** for shifts of 0 to 4 pixels, when does this hold with stride 2? With stride 4?

# %% [markdown] lang="zh" slide="slide"
# ## 把图像平移一个像素
#
# 第 01 章：图像平移，卷积的输出也跟着平移。
#
# **先猜：** 平移 0 到 4 个像素，步幅为 2 时哪几种还成立？步幅为 4 呢？

# %%
scene = d2l.photo("china", gray=True)[None, None, 100:356, 200:456]
edges = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])[None, None]


def mismatch(shift, stride):
    """Relative difference between the output of the shifted image and the closest shift of the output."""
    # zh: """平移后图像的输出，与原输出的各种平移中最接近的一个，相对误差是多少。"""

    def response(image):
        return F.conv2d(F.pad(image, (1, 1, 1, 1), mode="circular"), edges, stride=stride)

    before, after = response(scene), response(scene.roll(shift, dims=3))
    moved = [before.roll(t, dims=3) for t in range(5)]
    return min(float((after - output).norm() / before.norm()) for output in moved)


# %% tags=["slide-answer"]
print("shift, pixels", *[f"{shift:5}" for shift in range(5)])
# zh: print("平移像素数", *[f"{shift:5}" for shift in range(5)])
for stride in (1, 2, 4):
    print(f"stride {stride}:    ", *[f"{mismatch(shift, stride):5.0%}" for shift in range(5)])
    # zh: print(f"步幅 {stride}：   ", *[f"{mismatch(shift, stride):5.0%}" for shift in range(5)])

# %% [markdown] lang="en" slide="notes"
# **3 min.** The kernel is the Sobel kernel of chapter 03, the image wraps around, so there is no border. For each shift, the table gives the smallest difference between the new output and any shift of the old one.
#
# **Expect:** "equivariance always holds, it is a convolution." With stride $s$ it holds for shifts by multiples of $s$. More than 100% means that the difference is larger than the output itself.
#
# **Ask:** what follows for a network with five strides of 2? (Only shifts by 32 pixels are guaranteed.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 卷积核是第 03 章的 Sobel 核；图像首尾相接，所以没有边界。对每种平移，表里给出新输出与旧输出各种平移之间最小的差别。
#
# **常见错误：** “卷积总是等变的。”步幅为 $s$ 时，只对 $s$ 的倍数的平移成立。超过 100% 表示差别比输出本身还大。
#
# **提问：** 一个网络有五处步幅 2，会怎样？（只有平移 32 的倍数才有保证。）

# %% [markdown] lang="en"
# With stride $s$ the layer is equivariant to shifts by multiples of $s$. For other shifts of this photograph, the difference is larger than the output itself. Strides
# multiply: two layers with stride 2 leave multiples of 4.
#
# Behind this is **aliasing**: too few samples are kept for fine detail, which then looks coarse.
#
# **Predict:** stripes repeat every 2.5 pixels. After how many columns do they repeat at stride 2?

# %% [markdown] lang="zh"
# 步幅为 $s$ 的层，对 $s$ 的倍数的平移等变。就这张照片来说，换成别的平移，差别比输出本身还大。步幅会相乘：两层步幅 2，就只剩 4 的倍数。
#
# 背后的原因是**混叠**（aliasing）：保留的样本太少，容不下细密的内容，于是它看起来变粗疏了。
#
# **先猜：** 条纹每 2.5 个像素重复一次。步幅为 2 时，输出里每几列重复一次？

# %%
fine = torch.cos(2 * torch.pi * torch.arange(240).double() / 2.5)
coarse = torch.cos(2 * torch.pi * torch.arange(120).double() / 5)
d2l.compare(fine[::2], coarse)

# %% [markdown] lang="en"
# After 5 columns, or 10 pixels. A blur before the stride removes the detail that the smaller output cannot hold. Rings that grow finer outwards show both:

# %% [markdown] lang="zh"
# 每 5 列重复一次，相当于 10 个像素。在用步幅之前先模糊，可以去掉较小的输出容不下的细密内容。越往外越密的圆环，能同时显示这两点：

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
# 5 columns, or 10 pixels: **aliasing**. The same with rings:

# %% [markdown] lang="zh" slide="fragment"
# 5 列，即 10 个像素：这就是**混叠**。换成圆环：

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
# In the middle image, the rings at the four sides are not in the image. After the blur they are almost gone, and so is the fine detail that the smaller output cannot hold.
#
# **Expect:** "1.25 columns." Nothing can repeat faster than every two columns. Zhang (2019) puts a blur before each stride of a network; chapter 07 measures it.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在黑板上算：条纹每个像素 0.4 个周期，输出每列就是 0.8 个周期；每个样本 0.8 个周期的余弦，与 0.2 个周期的取值完全相同。
#
# 中间那张图四边的圆环，是原图里没有的。先模糊，它们就几乎消失，而较小的输出容不下的细密内容也一并去掉了。
#
# **常见错误：** 答 1.25 列。没有什么能比每两列一次重复得更快。Zhang（2019）在网络的每个步幅之前加一次模糊，第 07 章会测量效果。

# %% [markdown] lang="en"
# At stride 2, new rings appear at the four sides; with the blur they almost vanish. Zhang (2019) puts such a blur before each stride of a network, which chapter 07 measures.
#
# <details><summary><b>Check yourself:</b> kernel 2, stride 2, no padding, an image of 9 rows. In how many windows does each row lie?</summary>
#
# The windows begin at rows 0, 2, 4 and 6 and do not overlap. Rows 0 to 7 lie in one window each, row 8 in none. Chapter 07 uses this layout for pooling.
# </details>

# %% [markdown] lang="zh"
# 用了步幅 2，四边出现了新的圆环；先模糊，它们就几乎看不到了。Zhang（2019）在网络的每个步幅之前都这样模糊一次，效果在第 07 章测量。
#
# <details><summary><b>自测：</b>卷积核 2，步幅 2，不填充，图像有 9 行。每一行落在几个窗口里？</summary>
#
# 窗口从第 0、2、4、6 行开始，互不重叠。第 0 到第 7 行各落在一个窗口里，第 8 行不在任何窗口里。第 07 章的汇聚就用这种布局。
# </details>

# %% [markdown] lang="en"
# ## 5 · Dilation
#
# With **dilation** $d$, neighbouring entries of the kernel meet pixels that lie $d$ apart, so that the same weights cover a larger area.
#
# **Predict:** which dilation do ordinary layers have, 0 or 1?

# %% [markdown] lang="zh"
# ## 5 · 空洞卷积
#
# **空洞卷积**（dilated convolution，也叫膨胀卷积）把卷积核拉开：相邻两个元素遇到的像素相距 $d$，同样多的权重就能覆盖更大的范围。
# $d$ 叫做**膨胀率**（dilation）。
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
# It is 1, the **distance** between neighbouring entries. The output is that of an ordinary layer with zeros between the weights. From the first of $k$ entries to the last
# there are $k-1$ distances, so the **effective kernel** has the size
#
# $$k_{\text{eff}} = d\,(k-1) + 1.$$
#
# **Play:** find a setting whose only output is the number 38. Which pixels does it use? Then find all three settings with padding that keep the output at $3\times 3$.

# %% [markdown] lang="zh"
# 是 1，也就是相邻两个元素之间的**距离**。输出与权重之间插了零的普通卷积层相同。从 $k$ 个元素的第一个到最后一个，共有 $k-1$ 段距离，
# 所以**等效卷积核**的大小是
#
# $$k_{\text{eff}} = d\,(k-1) + 1.$$
#
# **动手：** 找出一种设置，使输出只有一个数 38。它用到了哪几个像素？再找出有填充、而输出仍为 $3\times 3$ 的全部三种设置。

# %% [markdown] lang="en" slide="slide"
# ## Dilation
#
# **Dilation** spreads the kernel out: the same weights cover a larger area.
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
# 1: it is a **distance** (here 2). Effective kernel: $d\,(k-1) + 1$.

# %% [markdown] lang="zh" slide="fragment"
# 是 1：膨胀率指**距离**（图中是 2）。等效卷积核：$d\,(k-1) + 1$。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The number of weights stays, the area grows.
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
# Then the task, in pairs, two minutes. **Answer:** dilation 2, no padding, any stride. The kernel spans the whole image, and its entries lie on the four corners: $0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$.
#
# For the quick ones: the three settings with padding that keep three by three. As (padding, stride, dilation): (1, 1, 2), (2, 2, 1), (2, 2, 2).

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入图中，用 Tab 走到各个设置，按 Esc 返回。一次只改一个设置，改之前让全班先报输出的大小。
#
# 然后两人一组做任务，给两分钟。**答案：** 膨胀率为 2，不填充，步幅随意。卷积核横跨整张图像，元素落在四个角上：$0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$。
#
# 留给做得快的人：有填充而输出仍是三行三列的三种设置。按（填充，步幅，膨胀率）的次序：(1, 1, 2)、(2, 2, 1)、(2, 2, 2)。

# %%
only = F.conv2d(X[None, None], K[None, None], dilation=2).flatten().tolist()
print(f"dilation 2, no padding, any stride: {only}")
# zh: print(f"膨胀率 2，不填充，步幅随意：{only}")
settings = [(p, s, d) for p in (1, 2) for s in (1, 2, 3) for d in (1, 2)]
keeping = [one for one in settings if d2l.output_size(3, 2, *one) == 3]
print(f"(padding, stride, dilation) with output 3 x 3: {keeping}")
# zh: print(f"输出 3 × 3 的（填充，步幅，膨胀率）：{keeping}")

# %% [markdown] lang="en"
# At dilation 2 the kernel's entries lie on the four corners: $0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$.
#
# Dilation enlarges the receptive field (chapter 02) without a smaller output. For **semantic segmentation**, a class for each pixel, Yu and Koltun (2016) stacked dilations
# 1, 2, 4 and so on, and DeepLab (Chen et al. 2017) puts several side by side. For audio, WaveNet (van den Oord et al. 2016) doubles the dilation from layer to layer:

# %% [markdown] lang="zh"
# 膨胀率为 2 时，卷积核的四个元素落在四个角上：$0\cdot 0 + 1\cdot 2 + 2\cdot 6 + 3\cdot 8 = 38$。
#
# 空洞卷积能扩大感受野（第 02 章），又不让输出变小。**语义分割**（semantic segmentation）要给每个像素判定类别：Yu 和 Koltun（2016）把膨胀率 1、2、4
# 等各层依次叠起来，DeepLab（Chen 等 2017）把几种膨胀率并排使用。处理音频的 WaveNet（van den Oord 等 2016）让膨胀率逐层加倍：

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
# **Predict:** two $3\times 3$ layers with dilation 2 have a receptive field of $9\times 9$. How many of these 81 pixels does one output use?

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
ways = {"dilations 2, 2": used_by_one_output(2, 2), "dilations 1, 2": used_by_one_output(1, 2)}
# zh: ways = {"膨胀率 2、2": used_by_one_output(2, 2), "膨胀率 1、2": used_by_one_output(1, 2)}
d2l.show_grids(ways)

# %% [markdown] lang="en" slide="fragment"
# Dilations 2, 2: 25 of 81. Dilations 1, 2: all 49 of $7\times 7$.

# %% [markdown] lang="zh" slide="fragment"
# 膨胀率 2, 2：81 个中用到 25 个。膨胀率 1, 2：$7\times 7$ 的 49 个全用到。

# %% [markdown] lang="en" slide="notes"
# **2 min.** The figure counts the paths from each pixel to one output, again by a gradient with kernels of ones.
#
# **Expect:** all 81, because "the second layer fills the gaps". It skips the same rows and columns as the first. Neighbouring outputs then use different pixels, and a grid can show in the result: gridding (Yu et al. 2017).
#
# **Ask:** which dilations would you use in three layers? With 1, 2, 4 the receptive field is fifteen by fifteen, with 27 weights and without gaps.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 图里数的是每个像素到这个输出的路径数，还是用全一卷积核的梯度来数。
#
# **常见错误：** 答 81，以为“第二层会把空隙补上”。其实两层跳过的是同样的行和列。相邻的输出用到的像素互不相同，结果里就可能出现网格，这叫网格效应（Yu 等 2017）。
#
# **提问：** 叠三层的话，膨胀率怎么取？取 1, 2, 4：一共 27 个权重，感受野十五乘十五，没有空隙。

# %% [markdown] lang="en"
# Both layers skip the same rows and columns. Neighbouring outputs have no pixel in common, and a grid can show in the result: **gridding** (Yu et al. 2017). Dilations 1
# and 2 leave no gaps.
#
# <details><summary><b>Check yourself:</b> which padding keeps the size for a 3×3 kernel with dilation 4?</summary>
#
# The effective kernel has size $4\cdot 2 + 1 = 9$, so 4 per side. For $3\times 3$ kernels the padding that keeps the size equals the dilation, which
# `used_by_one_output` makes use of.
# </details>

# %% [markdown] lang="zh"
# 两层跳过的是同样的行和列。相邻两个输出没有一个共同的像素，结果里就可能出现网格，这叫**网格效应**（gridding，Yu 等 2017）。膨胀率取 1 和 2 就没有空隙。
#
# <details><summary><b>自测：</b>3×3 的卷积核，膨胀率为 4，填充多少才能保持尺寸？</summary>
#
# 等效卷积核的大小是 $4\cdot 2 + 1 = 9$，所以每侧填充 4。对 $3\times 3$ 的卷积核，保持尺寸的填充恰好等于膨胀率，
# `used_by_one_output` 就用到了这一点。
# </details>

# %% [markdown] lang="en"
# ## 6 · One formula for all of it
#
# Along one axis, the effective kernel covers $d(k-1)+1$ of the padded length $n+2p$. What is left is divided into steps:
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **Predict:** an $8\times 8$ image, kernel (3, 5), padding (0, 1), stride (3, 4).

# %% [markdown] lang="zh"
# ## 6 · 一个公式说清全部
#
# 只看一条轴。填充后长 $n+2p$，等效卷积核盖住其中的 $d(k-1)+1$，剩下的按步幅来分：
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **先猜：** $8\times 8$ 的图像，卷积核 (3, 5)，填充 (0, 1)，步幅 (3, 4)。

# %% [markdown] lang="en" slide="slide"
# ## One formula for all of it
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
#
# **Predict:** $8\times 8$, kernel (3, 5), `padding=(0, 1)`, stride (3, 4).

# %% [markdown] lang="zh" slide="slide"
# ## 一个公式说清全部
#
# $$m = \left\lfloor \frac{n + 2p - d\,(k-1) - 1}{s} \right\rfloor + 1$$
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
# **3 min.** Read the formula as a sequence: the padded length; minus what the window covers at its first position; divided into steps; plus the first position. On paper, rows and columns separately, one minute.
#
# **Expect:** padding counted once for the columns (1 per side makes 2), and steps rounded up.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按顺序念这个公式：填充后的长度；减去窗口在第一个位置盖住的；剩下的能走几步；加上第一个位置。行与列分开，在纸上算，给一分钟。
#
# **常见错误：** 列上的填充只算一次（每侧 1，合起来是 2）；步数向上取整。

# %% [markdown] lang="en"
# **Play:** the figure shows all positions along one axis; hatched pixels lie in no window. Which changes of a single slider get pixel 9 used?

# %% [markdown] lang="zh"
# **动手：** 下图画出窗口在一条轴上的全部位置，画斜线的像素不在任何窗口里。只移动一个滑块，有哪些办法能用上第 9 个像素？

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
# These are all values that do. Dilation alone does not help.
#
# <details><summary><b>Check yourself:</b> ResNet begins with kernel 7, padding 3, stride 2, on 224 rows. How many rows come out?</summary>
#
# $\lfloor (224 + 6 - 6 - 1)/2 \rfloor + 1 = \lfloor 223/2 \rfloor + 1 = 111 + 1 = 112$, exactly half.
# </details>

# %% [markdown] lang="zh"
# 能用上的取值都在这里。只改膨胀率是不行的。
#
# <details><summary><b>自测：</b>ResNet 的第一层是卷积核 7、填充 3、步幅 2，输入有 224 行。输出有几行？</summary>
#
# $\lfloor (224 + 6 - 6 - 1)/2 \rfloor + 1 = \lfloor 223/2 \rfloor + 1 = 111 + 1 = 112$，正好一半。
# </details>

# %% [markdown] lang="en"
# ## 7 · Where this is used today
#
# ResNet-18 (He et al. 2016) has five strides of 2. DeepLabv3 (Chen et al. 2017) replaces the last two strides of a ResNet-50 by dilations. The `meta` device computes
# their shapes without numbers.
#
# **Predict:** by which factor does each reduce the height of an image?

# %% [markdown] lang="zh"
# ## 7 · 今天用在哪里
#
# ResNet-18（He 等 2016）有五处步幅 2。DeepLabv3（Chen 等 2017）把 ResNet-50 的最后两处步幅换成空洞。`meta` 设备只推算形状，不做数值计算。
#
# **先猜：** 两者各把图像的高缩小到几分之一？

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# ResNet-18 has five strides of 2. DeepLabv3 replaces the last two strides of a ResNet-50 by dilations.
#
# **Predict:** by which factor does each reduce the height of an image?

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# ResNet-18 有五处步幅 2。DeepLabv3 把 ResNet-50 的最后两处步幅换成空洞。
#
# **先猜：** 两者各把图像的高缩小到几分之一？

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
# ResNet-18: 32. DeepLabv3: 8.

# %% [markdown] lang="zh" slide="fragment"
# ResNet-18：缩小到 32 分之一。DeepLabv3：8 分之一。

# %% [markdown] lang="en" slide="notes"
# **2 min.** For a single label, $7\times 7$ is enough. For a class at each pixel, it is not: DeepLab gives up two strides and keeps the receptive field by dilation.
#
# **Expect:** 10, from adding the five strides. They multiply: 2 to the power of 5.
#
# **Ask:** to which shifts is ResNet-18 guaranteed to be equivariant, apart from its border? (Multiples of 32.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 只要一个标签，$7\times 7$ 就够了。要给每个像素分类就不够：DeepLab 去掉两处步幅，用空洞保住感受野。
#
# **常见错误：** 把五个步幅相加，答 10。步幅是相乘的：2 的 5 次方。
#
# **提问：** 不算边界，ResNet-18 对哪些平移一定等变？（32 的倍数。）

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
# The receptive field of ResNet-18 is larger than the image, so padded zeros can influence every position of its last map.
#
# Newer architectures cut the image into patches: their first layer has a stride as large as its kernel, as in the vision transformer
# (Dosovitskiy et al. 2021) and ConvNeXt (Liu et al. 2022). It needs no padding, and is equivariant to shifts by whole patches only.
#
# <details><summary><b>Check yourself:</b> ResNet has layers with kernel 1 and stride 2. How much of their input do they use?</summary>
#
# A quarter: in each block of $2\times 2$ positions, three lie in no window. He et al. (2019, "Bag of Tricks") average each block before the layer instead.
# </details>

# %% [markdown] lang="zh"
# ResNet-18 的感受野比图像还大，所以填充的零能影响最后一张特征图的每个位置。
#
# 更新的架构把图像切成小块（patch）：第一层的步幅与卷积核一样大，例如视觉 Transformer（Dosovitskiy 等 2021）和 ConvNeXt（Liu 等 2022）。
# 这样的层不需要填充，也只对整块的平移等变。
#
# <details><summary><b>自测：</b>ResNet 里有卷积核为 1、步幅为 2 的层。它们用到了输入的多少？</summary>
#
# 四分之一：每 $2\times 2$ 个位置里，有三个不在任何窗口里。He 等人（2019，“Bag of Tricks”）改为在这一层之前先对每一块求平均。
# </details>

# %% [markdown] lang="en"
# ## 8 · Reference: the arguments of `nn.Conv2d`
#
# One argument is changed at a time. Channels and `groups` are explained in chapter 06.
#
# **Predict:** which changes leave the number of parameters as it is?

# %% [markdown] lang="zh"
# ## 8 · 参考：`nn.Conv2d` 的参数
#
# 每次只改一个参数。通道和 `groups` 在第 06 章讲。
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
# Stride, padding, dilation and `padding_mode` do. The remaining arguments, `device` and `dtype`, say where and in which type the parameters are stored.
#
# `nn.Conv2d` stores weight and bias. The function `F.conv2d` takes them at each call, and pads with zeros only; for another mode, call `F.pad` first:

# %% [markdown] lang="zh"
# 步幅、填充、膨胀率和 `padding_mode` 都不影响。其余的参数 `device` 和 `dtype` 说明可学习参数存放在哪里、用哪种类型。
#
# `nn.Conv2d` 保存权重和偏置。函数 `F.conv2d` 每次调用都要传入两者，而且只会零填充；要用别的方式，就先调用 `F.pad`：

# %%
torch.manual_seed(0)
layer = nn.Conv2d(4, 6, kernel_size=3, stride=2, padding=1, padding_mode="reflect", groups=2)
batch = torch.randn(1, 4, 8, 8)
framed = F.pad(batch, (1, 1, 1, 1), mode="reflect")
d2l.compare(layer(batch), F.conv2d(framed, layer.weight, layer.bias, stride=2, groups=2))

# %% [markdown] lang="en"
# To compute in 16 bits, keep the parameters in float32 and let **autocast** choose the type of each operation:

# %% [markdown] lang="zh"
# 想用 16 位数来计算，就让参数保持 float32，由**自动混合精度**（autocast）为每个运算选择类型：

# %%
layer, batch = layer.to(device), batch.to(device)
with torch.autocast(device.type, dtype=torch.bfloat16):
    in_16_bits = layer(batch)
print(f"weight {layer.weight.dtype}, output {in_16_bits.dtype}")
# zh: print(f"权重 {layer.weight.dtype}，输出 {in_16_bits.dtype}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you change <code>padding_mode</code> in a network, and its output stays the same. Why?</summary>
#
# The layer's `padding` is 0, its default, so there is nothing to fill. A layer with `dtype=torch.float16`, on the other hand, refuses a float32 input with
# an error, which is why we use autocast.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>改了网络里的 <code>padding_mode</code>，输出却没有变化。为什么？</summary>
#
# 因为这一层的 `padding` 是默认值 0，没有什么可填。至于 `dtype=torch.float16` 的层，输入 float32 就会报错，所以我们用自动混合精度。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - Size: $m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$, $p$ per side
# - **Padding** keeps the size; its influence reaches inwards layer by layer
# - **Stride** $s$ subsamples: equivariant to shifts by multiples of $s$, aliasing
# - **Dilation** enlarges the receptive field; equal dilations leave gaps

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 大小：$m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$，$p$ 指每一侧
# - **填充**保持尺寸，影响逐层向里推进
# - **步幅** $s$ 就是下采样：只对 $s$ 的倍数的平移等变，还会混叠
# - **空洞**扩大感受野；各层膨胀率相同，会留下空隙

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
# The size of the output follows from kernel, padding, stride and dilation: $m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$ along each axis, with $p$ per side.
#
# **Padding** of $(k-1)/2$ per side keeps the size at stride 1 and dilation 1. It costs an error at the border that reaches further in with each layer. **Stride** $s$ divides the size by about $s$.
# The cost is aliasing, and that the output follows only shifts by multiples of $s$. **Dilation** enlarges the kernel to $d(k-1)+1$ with the same weights. Equal dilations above 1 leave gaps.
#
# **Next:** chapter 06 adds colours and channels.
#
# **Further reading**
# - Dumoulin and Visin 2016, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285): the formula, case by case, with drawings.
# - Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, "Padding and Stride", whose example numbers we share: [English](https://d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html),
#   [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html).
# - Border: Islam, Jia and Bruce 2020, [How Much Position Information Do Convolutional Neural Networks Encode?](https://arxiv.org/abs/2001.08248)
# - Stride: Zhang 2019, [Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486); He et al. 2019, [Bag of Tricks](https://arxiv.org/abs/1812.01187).
# - Dilation: Yu and Koltun 2016, [Multi-Scale Context Aggregation](https://arxiv.org/abs/1511.07122); Chen et al. 2017, [DeepLabv3](https://arxiv.org/abs/1706.05587); van den Oord et al. 2016,
#   [WaveNet](https://arxiv.org/abs/1609.03499); Yu, Koltun and Funkhouser 2017, [Dilated Residual Networks](https://arxiv.org/abs/1705.09914).
# - Networks: He et al. 2016, [ResNet](https://arxiv.org/abs/1512.03385); Dosovitskiy et al. 2021, [vision transformer](https://arxiv.org/abs/2010.11929); Liu et al. 2022, [ConvNeXt](https://arxiv.org/abs/2201.03545).

# %% [markdown] lang="zh"
# ## 小结
#
# 输出的大小由卷积核、填充、步幅和膨胀率决定：每条轴上 $m = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$，$p$ 指每一侧。
#
# **填充**：步幅为 1、膨胀率为 1 时，每侧填 $(k-1)/2$ 就能保持尺寸；代价是边界处的误差逐层向里推进。
# **步幅** $s$ 把尺寸缩小到大约 $s$ 分之一；代价是混叠，而且只对 $s$ 的倍数的平移等变。
# **空洞**用同样的权重把卷积核扩大到 $d(k-1)+1$；各层若用同一个大于 1 的膨胀率，就会留下空隙。
#
# **下一步：** 第 06 章加上颜色和通道。
#
# **延伸阅读**
# - Dumoulin、Visin 2016，[A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285)：逐种情形讲解这个公式，配有插图。
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola，《动手学深度学习》“填充和步幅”一节，本章的例子沿用了其中的数字：[中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html)，
#   [英文版](https://d2l.ai/chapter_convolutional-neural-networks/padding-and-strides.html)。
# - 边界：Islam、Jia、Bruce 2020，[How Much Position Information Do Convolutional Neural Networks Encode?](https://arxiv.org/abs/2001.08248)
# - 步幅：Zhang 2019，[Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486)；He 等 2019，[Bag of Tricks](https://arxiv.org/abs/1812.01187)。
# - 空洞：Yu、Koltun 2016，[Multi-Scale Context Aggregation](https://arxiv.org/abs/1511.07122)；Chen 等 2017，[DeepLabv3](https://arxiv.org/abs/1706.05587)；van den Oord 等 2016，
#   [WaveNet](https://arxiv.org/abs/1609.03499)；Yu、Koltun、Funkhouser 2017，[Dilated Residual Networks](https://arxiv.org/abs/1705.09914)。
# - 网络：He 等 2016，[ResNet](https://arxiv.org/abs/1512.03385)；Dosovitskiy 等 2021，[视觉 Transformer](https://arxiv.org/abs/2010.11929)；Liu 等 2022，[ConvNeXt](https://arxiv.org/abs/2201.03545)。
