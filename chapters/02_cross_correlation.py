# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 02 Cross-correlation: from pencil and paper to a layer
#
# *To a program, a photograph is a table of numbers. What does one small calculation reveal, repeated at every
# position? And how much of the photograph does a number deep inside a network depend on?*
#
# **In this chapter you will**
# - compute a cross-correlation by hand and predict the size of its output;
# - compute it in three ways and compare how long they take;
# - build a convolutional layer with a kernel and a bias;
# - use a single bright pixel to tell cross-correlation from convolution;
# - work out which pixels an output of a deep network depends on, and how strongly.
#
# **Time:** about 30 minutes to read and run, 60 more for the exercises. **You need:** tensors, indexing, `nn.Module` and
# automatic differentiation (`backward`) in PyTorch.

# %% [markdown] lang="zh"
# # 02 互相关：从手算到卷积层
#
# **一张照片，在程序看来只是一张数表。在这张表的每个位置上重复同一个小计算，能看出什么？
# 网络深处的一个数，又由照片中多大的一块决定？**
#
# **学完本章，你将能够**
# - 手算互相关，并事先说出输出的大小；
# - 用三种方法计算它，并比较各自的用时；
# - 用它搭出一个卷积层，其中有卷积核和偏置；
# - 借助一个亮像素，分清互相关与卷积；
# - 算出深层网络的一个输出取决于哪些像素，各像素的影响又有多大。
#
# **所需时间：** 阅读并运行约 30 分钟，练习另需 60 分钟。**预备知识：** PyTorch 的张量、索引、`nn.Module` 和
# 自动求导（`backward`）。

# %% [markdown] lang="en" slide="notes"
# **1 min.** Show a photograph on your phone and read three of its numbers aloud: 212, 208, 97. **Ask:** what could a program find out from such numbers? Write down every suggestion that compares a pixel with its neighbours. Say that in this lecture one such calculation is repeated at every position of the photograph.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 拿手机里的一张照片，念出其中三个数：212、208、97。**提问：** 程序能从这样的数里看出什么？凡是提到“与旁边的像素比较”的回答都写到黑板上。告诉大家：这节课要在照片的每个位置上，都做一次这样的计算。

# %%
import math
import time

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% [markdown] lang="en"
# ## 1 · One window
#
# The image below has nine pixels. Beside it is a smaller table, the **kernel**. Place it on the top left corner of the image, multiply each kernel element by the pixel under it, and add up the products. The part of the image under the kernel
# (framed below) is the **window**.
#
# Positive numbers are blue, negative numbers red; the larger the absolute value, the stronger the colour. A bright pixel therefore
# looks dark.
#
# **Predict:** which number do you get? Work it out on paper first.

# %% [markdown] lang="zh"
# ## 1 · 一个窗口
#
# 下面这张图像有九个像素，旁边是一张更小的表，叫做**卷积核**。把卷积核放在图像的左上角，
# 卷积核的每个元素乘以它下面的像素，再把乘积全部加起来。卷积核盖住的那一块图像（图中方框之内）叫做**窗口**。
#
# 颜色表示数的正负和大小：大于零为蓝色，小于零为红色，绝对值越大，颜色越深。所以亮的像素在图里反而颜色深。
#
# **先猜：** 结果是多少？拿纸笔试一试，再运行下面的代码。

# %% [markdown] lang="en" slide="slide"
# ## One window
#
# Place the kernel on the top left corner, multiply each element by the pixel under it, add up.
#
# **Predict:** which number do you get?

# %% [markdown] lang="zh" slide="slide"
# ## 一个窗口
#
# 把卷积核放在左上角，每个元素乘以它下面的像素，再把乘积相加。
#
# **先猜：** 结果是多少？

# %% tags=["slide"]
X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
d2l.show_grids(X=X, K=K, mark={"X": (0, 0, 2, 2)})

# %% [markdown] lang="en" slide="fragment"
# $0\cdot 0 + 1\cdot 1 + 3\cdot 2 + 4\cdot 3 = 19$

# %% [markdown] lang="zh" slide="fragment"
# 结果：$0\cdot 0 + 1\cdot 1 + 3\cdot 2 + 4\cdot 3 = 19$

# %% [markdown] lang="en" slide="notes"
# **3 min.** Give one minute of silence with paper and pencil. Everybody writes down one number. Then press the key.
#
# **Expect:** a matrix product (rows times columns), because two tables stand side by side. Point at the marked window: each element is multiplied by the one pixel under it.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 给大家一分钟，安静地在纸上算，每人写下一个数，然后按键。
#
# **常见错误：** 看到两张表并排，就去做矩阵乘法（行乘列）。指着标出的窗口说明：每个元素只与它下面的那个像素相乘。

# %%
window = X[0:2, 0:2]
(window * K).sum()

# %% [markdown] lang="en"
# For the next position, move the window one column to the right. After the last column, go down one row and start again from
# the left. The whole operation is called **cross-correlation**. Its result is the **output**, also called a **feature map**; a single element is called an output, too. In a formula:
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# In words: the output at row $i$, column $j$ (counted from 0) is the sum for the window whose top left corner is at row $i$, column
# $j$ of the image.
#
# **Play:** step through the positions and check the arithmetic below the grids. Point at a pixel of the image: which outputs
# use it? Then click on the kernel and type one 1 and three 0s so that the output is the top left part of the image.

# %% [markdown] lang="zh"
# 接下来把窗口右移一列，再算一次；到了最右边，就下移一行，从左边重新开始。
# 整个运算叫做**互相关**，它的结果就是**输出**，也叫**特征图**。输出的一个元素，下文也简称“一个输出”。写成公式：
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# 也就是说，输出的第 $i$ 行、第 $j$ 列（都从 0 数起），就是窗口的左上角位于图像第 $i$ 行、第 $j$ 列时算出的和。
#
# **动手：** 让窗口一步步走过所有位置，与图下方的算式核对。再把鼠标移到图像的某个像素上：哪些输出用到了它？
# 最后点一下卷积核，输入一个 1 和三个 0，使输出正好是图像左上角的那一块。

# %% [markdown] lang="en" slide="slide"
# ## The same calculation at every position
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# This is **cross-correlation**; $Y$ is the **feature map**.
#
# **Predict:** how many elements does the output for our image have? Which numbers are they?

# %% [markdown] lang="zh" slide="slide"
# ## 每个位置，同样的计算
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i+a,\,j+b}\,K_{a,b}$$
#
# 这就是**互相关**，$Y$ 叫做**特征图**。
#
# **先猜：** 这张图像的输出有几个元素？各是多少？

# %% [markdown] lang="en" slide="fragment"
# Four: 19, 25, 37, 43.

# %% [markdown] lang="zh" slide="fragment"
# 四个：19、25、37、43。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Say the formula in words: put the window's top left corner at row $i$, column $j$; multiply each kernel element by the pixel under it; add up the products. Split the class into four groups; each computes one of the four outputs.
#
# **Expect:** nine outputs, one for each pixel. Ask those who say so to place the kernel on the last column: it sticks out of the image.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 用自己的话把公式讲一遍：窗口的左上角放在第 $i$ 行、第 $j$ 列，卷积核的每个元素乘以它下面的像素，再把乘积全部相加。全班分四组，每组算一个输出。
#
# **常见错误：** 以为有几个像素就有几个输出，答九个。请他们把卷积核放到最后一列试试：伸到图像外面了。

# %% [markdown] lang="en" slide="slide"
# ## Slide the window: play
#
# **Task:** put one 1 and three 0s into the kernel, so that the output is the top left part of the image.

# %% [markdown] lang="zh" slide="slide"
# ## 让窗口滑起来：动手试
#
# **任务：** 在卷积核里填一个 1 和三个 0，使输出正好是图像左上角的那一块。

# %% tags=["explorer", "slide"]
from d2lutil.explorers import WindowExplorer

explorer = WindowExplorer(X, K)
explorer

# %% [markdown] lang="en" slide="notes"
# **4 min.** Press E to enter the figure; Tab to *Step*, space to go on. Let the class say each product before you step. Then Tab to the kernel: arrows move, digits replace, Enter goes down. Escape leaves.
#
# **Answer:** the 1 belongs at the top left. **Ask next:** and at the bottom right? The output is then the bottom right part of the image. **Expect:** "in the middle"; a 2 by 2 kernel has no middle.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 按 E 进入图中；用 Tab 走到“前进”，按空格一步步走。每走一步之前，让大家先说出各个乘积。再用 Tab 走到卷积核：方向键移动，直接输入数字，回车到下一行。按 Esc 退出。
#
# **答案：** 1 放在左上角。**再问：** 放在右下角呢？输出就是图像右下角的那一块。**常见错误：** “放在正中间”；2 行 2 列的卷积核没有正中间。

# %%
# Whatever you set in the explorer can also be set and read in Python.
# zh: # 在演示里能做的操作，用 Python 也能做，结果也能读出来。
explorer.kernel = [[1, 0], [0, 0]]
d2l.compare(explorer.output, X[:2, :2])

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> which pixels does the bottom right element of the output depend on?</summary>
#
# The four with the values 4, 5, 7 and 8. Every window has the size of the kernel, and neighbouring windows
# overlap: the 4 in the middle of the image belongs to all four windows.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>输出右下角的元素用到了哪几个像素？</summary>
#
# 值为 4、5、7、8 的四个像素。每个窗口都与卷积核一样大，相邻的窗口互相重叠：图像正中间的 4 属于全部四个窗口。
# </details>

# %% [markdown] lang="en"
# ## 2 · How large is the output?
#
# The window has to stay inside the image, so the output is usually smaller than the image. We write $n_h \times n_w$ for the
# size of the image and $k_h \times k_w$ for that of the kernel, height first.
#
# **Predict:** a photograph has 427 rows and 640 columns; the kernel is $3\times 3$. How many rows and columns does the
# output have? (In how many places does a window 3 pixels wide fit?)

# %% [markdown] lang="zh"
# ## 2 · 输出有多大？
#
# 窗口必须留在图像里面，所以输出一般比图像小。我们用 $n_h \times n_w$ 表示图像的大小，用 $k_h \times k_w$ 表示卷积核的大小，
# 高在前、宽在后。
#
# **先猜：** 一张照片有 427 行、640 列，卷积核是 $3\times 3$。输出有几行几列？
# （宽 3 个像素的窗口，在一行里有多少个位置可放？）

# %% [markdown] lang="en" slide="slide"
# ## How large is the output?
#
# A photograph: 427 rows, 640 columns. A kernel: $3\times 3$.
#
# **Predict:** how many rows and columns does the output have?

# %% [markdown] lang="zh" slide="slide"
# ## 输出有多大？
#
# 照片：427 行，640 列。卷积核：$3\times 3$。
#
# **先猜：** 输出有几行几列？

# %% tags=["slide-answer"]
photo = d2l.photo("china", gray=True)
blur = torch.full((3, 3), 1 / 9)
# corr2d computes the cross-correlation; section 3 shows how.
# zh: # corr2d 用来计算互相关，第 3 节会讲它是怎样写的。
d2l.corr2d(photo, blur).shape

# %% [markdown] lang="en" slide="fragment"
# In general: $(n_h - k_h + 1) \times (n_w - k_w + 1)$

# %% [markdown] lang="zh" slide="fragment"
# 一般地：$(n_h - k_h + 1) \times (n_w - k_w + 1)$

# %% [markdown] lang="en" slide="notes"
# **3 min.** Draw a row of 6 pixels and a window of 3 on the board. Count the positions of the window together: 4. Let the class state the rule, $n-k+1$.
#
# **Expect:** 424 and 637 (the +1 is forgotten), or 427 and 640. **Ask at the end:** which kernel gives 1 row and 640 columns? (427 rows, 1 column.) Chapter 05 shows how to keep the size.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在黑板上画一行 6 个像素，再画一个宽 3 的窗口，一起数有几个位置：4 个。让大家自己说出规律：$n-k+1$。
#
# **常见错误：** 答 424 和 637，漏了 +1；或者答 427 和 640。**最后再问：** 什么样的卷积核让输出只有 1 行、640 列？（427 行、1 列。）怎样保持尺寸不变，见第 05 章。

# %% [markdown] lang="en"
# Along an axis of $n$ pixels, the window can begin at pixel $0, 1, \dots, n-k$. That makes $n-k+1$ positions, so the output has
# the size
#
# $$(n_h - k_h + 1) \times (n_w - k_w + 1).$$

# %% [markdown] lang="zh"
# 一条轴上有 $n$ 个像素时，窗口可以从像素 $0, 1, \dots, n-k$ 开始，一共 $n-k+1$ 个位置，所以输出的大小是
#
# $$(n_h - k_h + 1) \times (n_w - k_w + 1).$$

# %%
for k_h, k_w in [(1, 1), (2, 2), (3, 5), (40, 7)]:
    rows, columns = d2l.corr2d(photo, torch.ones(k_h, k_w)).shape
    print(f"kernel {k_h} x {k_w}: output {rows} x {columns}")
    # zh: print(f"卷积核 {k_h}×{k_w}：输出 {rows}×{columns}")

# %% [markdown] lang="en"
# A feature map is an image, too. Here the kernel has $15\times 15$ elements, each $1/225$, so every output is the
# mean of the 225 pixels in its window:

# %% [markdown] lang="zh"
# 特征图也是图像。下面用的卷积核有 $15\times 15$ 个元素，每个都是 $1/225$，所以每个输出都是窗口里 225 个像素的平均值：

# %%
wide_blur = torch.full((15, 15), 1 / 225)
d2l.show_images({"photograph": photo, "feature map": d2l.corr2d(photo, wide_blur)})
# zh: d2l.show_images({"照片": photo, "特征图": d2l.corr2d(photo, wide_blur)})

# %% [markdown] lang="en"
# The feature map is a blurred photograph: averaging has weakened the details smaller than the window, and most of them can no longer be seen. Other kernels find edges (chapter 03).
#
# <details><summary><b>Check yourself:</b> you want to turn the photograph into an output of 1 row and 640 columns. How large must the kernel be?</summary>
#
# 427 rows and 1 column: $427 - 427 + 1 = 1$ and $640 - 1 + 1 = 640$. A kernel of 428 rows would not fit into the photograph
# at all.
# </details>

# %% [markdown] lang="zh"
# 特征图是一张模糊的照片：比窗口小的细节，在求平均时被冲淡，大多已看不出来。换用别的卷积核，还能找出边缘（见第 03 章）。
#
# <details><summary><b>自测：</b>想让这张照片的输出只有 1 行、640 列，卷积核该有多大？</summary>
#
# 427 行 1 列：$427 - 427 + 1 = 1$，而 $640 - 1 + 1 = 640$。要是有 428 行，照片里就放不下了。
# </details>

# %% [markdown] lang="en"
# ## 3 · The same thing, three times
#
# **From the definition.** Two loops visit every position of the output. The line inside them is the calculation you did by hand.

# %% [markdown] lang="zh"
# ## 3 · 同一件事，三种写法
#
# **照着定义写。** 两重循环走遍输出的每个位置，里面那一行就是你刚才手算的内容。

# %% [markdown] lang="en" slide="slide"
# ## From the definition
#
# **Predict:** how many times does the inner line run for the photograph and a $3\times 3$ kernel?

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
# **3 min.** Cover the inner line with your hand and let the class dictate it: take a window, multiply by the kernel, sum. Then press the key: the same four numbers.
#
# **Ask:** where in the code is the size of the output? **Expect:** "nine times" for the inner line. Nine is the number of multiplications in *one* iteration; the number of iterations is on the next slide.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 用手遮住最里面那一行，让全班口述：取窗口，乘卷积核，求和。再按键：还是那四个数。
#
# **提问：** 输出的大小写在代码的哪里？**常见错误：** “九次”。九是循环**一**次所做的乘法次数；一共循环多少次，见下一页。

# %% [markdown] lang="en"
# Python executes the inner line once for every element of the output.
#
# **Predict:** how many times is that for the photograph and a $3\times 3$ kernel? How many iterations would a loop over the
# *kernel* take?

# %% [markdown] lang="zh"
# 输出有多少个元素，Python 就要把最里面那一行执行多少次。
#
# **先猜：** 对那张照片和 $3\times 3$ 的卷积核，是多少次？如果改成逐个遍历**卷积核**的元素，又要循环多少次？

# %%
iterations = d2l.corr2d(photo, blur).numel()
print(f"iterations of a loop over the output: {iterations:,}, over the kernel: {blur.numel()}")
# zh: print(f"循环次数：遍历输出 {iterations:,} 次，遍历卷积核 {blur.numel()} 次")

# %% [markdown] lang="en"
# **A loop over the kernel.** While the window visits all positions, the top left element of a $2\times 2$ kernel is multiplied by every
# pixel outside the last row and column. The kernel element to its right is multiplied by an equally large part one column
# further right. So each kernel element has its own part of the image:

# %% [markdown] lang="zh"
# **遍历卷积核。** 窗口走遍所有位置时，$2\times 2$ 卷积核左上角的元素，先后与最后一行、最后一列以外的每个像素相乘。
# 它右边的那个元素，则与大小相同、但右移一列的一块相乘。这样，卷积核的每个元素都对应图像中的一块：

# %% [markdown] lang="en" slide="slide"
# ## A loop over the kernel
#
# The output has 271,150 elements, a $3\times 3$ kernel has 9.
#
# **Predict:** by which pixels is the top left element of a $2\times 2$ kernel multiplied?

# %% [markdown] lang="zh" slide="slide"
# ## 遍历卷积核
#
# 输出有 271,150 个元素，$3\times 3$ 的卷积核只有 9 个。
#
# **先猜：** 窗口走完所有位置，$2\times 2$ 卷积核左上角的元素与哪些像素相乘过？

# %% tags=["slide"]
parts = {
    "times K[0, 0]": X[:2, :2],
    "times K[0, 1]": X[:2, 1:],
    "times K[1, 0]": X[1:, :2],
    "times K[1, 1]": X[1:, 1:],
}
# zh: parts = {
# zh:     "乘 K[0, 0]": X[:2, :2],
# zh:     "乘 K[0, 1]": X[:2, 1:],
# zh:     "乘 K[1, 0]": X[1:, :2],
# zh:     "乘 K[1, 1]": X[1:, 1:],
# zh: }
d2l.show_grids(parts)

# %% [markdown] lang="en" slide="fragment"
# Multiply each part by its kernel element; add the four results.

# %% [markdown] lang="zh" slide="fragment"
# 每一块乘以对应的一个元素，再把四个结果相加。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Compute the top left number of the sum on the board: 0·0 + 1·1 + 3·2 + 4·3 = 19 again.
#
# **Expect:** "but this multiplies more often". It does not: the products are the same, in another order. What changes is the slow loop in Python: for the photograph it takes 9 iterations instead of 271,150.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在黑板上算出和的左上角：0·0 + 1·1 + 3·2 + 4·3 = 19，与手算的结果相同。
#
# **常见错误：** “这样乘法更多了吧？”没有：乘积还是那些，只是换了次序。变的是 Python 的慢循环：对那张照片，要循环的不再是 271,150 次，而只有 9 次。

# %% [markdown] lang="en"
# Multiply each part by its kernel element and add the results:

# %% [markdown] lang="zh"
# 每一块乘以对应的元素，再把结果相加：


# %%
def corr2d_shifts(X, K):
    h, w = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    return sum(
        X[a : a + h, b : b + w] * K[a, b] for a in range(K.shape[0]) for b in range(K.shape[1])
    )


corr2d_shifts(X, K)

# %% [markdown] lang="en"
# `d2l.corr2d` does the same, unless the kernel has more elements than the output.
#
# **With PyTorch.** `F.conv2d` processes many images with many channels at once. For such a batch it expects four axes:
# (batch, channels, height, width). Indexing with `None` adds an axis of length 1.

# %% [markdown] lang="zh"
# 只要卷积核的元素不比输出多，`d2l.corr2d` 也是这样算的。
#
# **用 PyTorch。** `F.conv2d` 一次能处理许多图像、许多通道。对这样一批图像，输入要有四个轴：（批量，通道，高，宽）。
# 用 `None` 做索引，就能添上一个长度为 1 的轴。

# %% [markdown] lang="en" slide="slide"
# ## And PyTorch's own
#
# For a batch, four axes: (batch, channels, height, width).
#
# **Predict:** how many times faster than the loops over the output are the loops over the kernel? And `F.conv2d`?

# %% [markdown] lang="zh" slide="slide"
# ## PyTorch 自带的写法
#
# 对一批图像，有四个轴：（批量，通道，高，宽）。
#
# **先猜：** 遍历输出所用的时间，是遍历卷积核的多少倍？是 `F.conv2d` 的多少倍？

# %% tags=["slide-code"]
F.conv2d(X[None, None], K[None, None])

# %% [markdown] lang="en"
# Do the three ways agree on a part of the photograph and a random kernel, and how long do they take? (The axis is logarithmic: each step means
# ten times as long.)

# %% [markdown] lang="zh"
# 取照片的一块和一个随机卷积核来试：三种方法的结果一致吗？各要多少时间？（横轴是对数轴：每向右一大格，时间就是原来的十倍。）

# %%
torch.manual_seed(0)
part, random_kernel = photo[:60, :60], torch.randn(3, 3)


def best_microseconds(function, rounds):
    # the fastest of several rounds
    # zh: # 运行几遍，取最快的一遍
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        result = function(part, random_kernel)
        times.append(time.perf_counter() - begin)
    return round(1_000_000 * min(times)), result


# %% tags=["slide-answer"]
loop_time, by_loops = best_microseconds(corr2d_loops, 5)
shift_time, by_shifts = best_microseconds(corr2d_shifts, 20)
torch_time, by_torch = best_microseconds(
    lambda X, K: F.conv2d(X[None, None], K[None, None]), 20
)
durations = {
    "loops over the output": loop_time,
    "loops over the kernel": shift_time,
    "F.conv2d": torch_time,
}
# zh: durations = {
# zh:     "遍历输出": loop_time,
# zh:     "遍历卷积核": shift_time,
# zh:     "F.conv2d": torch_time,
# zh: }
xlabel = "microseconds for 60 x 60 pixels"
# zh: xlabel = "处理 60×60 个像素所用的微秒数"
d2l.show_bars(durations, xlabel=xlabel, log=True, end=1e6, repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Ask for estimates first. The figure shows times from the machine that ran the notebook; the factors differ from machine to machine. The axis is logarithmic.
#
# **Expect:** "then the results are equal to the last digit". They add the same products in different orders, and a floating-point sum depends on the order, so compare with a tolerance.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先请大家估一估。图里是运行这个笔记本的机器测得的时间，换一台机器，倍数就不同。横轴是对数轴。
#
# **常见错误：** “那结果应该分毫不差。”三种方法求和的次序不同，而浮点数求和与次序有关，所以比较时要留一点容差。

# %%
d2l.compare(by_loops, by_shifts)

# %%
d2l.compare(by_shifts, by_torch[0, 0])

# %% [markdown] lang="en"
# They agree up to rounding errors. The last digits of a floating-point sum depend on the order of its terms, so compare such results with a tolerance.
#
# <details><summary><b>Check yourself:</b> by the definition, how many multiplications does a 3×3 kernel take on the whole photograph?</summary>
#
# Nine for each element of the output: $425 \cdot 638 \cdot 9 = 2{,}440{,}350$. Both of our functions carry out all of them; they differ only
# in the loop that Python runs. `F.conv2d` calls a library, which may use fewer multiplications. For a $3\times 3$ kernel that moves
# one pixel at a time, a variant of Winograd's method computes four outputs with 16 multiplications instead of 36, at the price of more
# additions (Lavin and Gray 2016).
# </details>

# %% [markdown] lang="zh"
# 三者在舍入误差之内一致。乘积相加的次序不同，浮点数之和的最后几位就可能不同，所以比较这类结果要留一点容差。
#
# <details><summary><b>自测：</b>按定义，整张照片与一个 3×3 的卷积核做互相关，要做多少次乘法？</summary>
#
# 输出的每个元素要九次，共 $425 \cdot 638 \cdot 9 = 2{,}440{,}350$ 次。我们自己写的两个函数，这些乘法一次也不少，差别只在于 Python 对什么做循环。
# `F.conv2d` 则交给底层的库去算，乘法可能更少。例如，$3\times 3$ 的卷积核每次移动一个像素时，用 Winograd 算法的一个变体求四个输出，
# 只要 16 次乘法，而不是 36 次，代价是加法多一些（Lavin 和 Gray，2016）。
# </details>

# %% [markdown] lang="en"
# ## 4 · From an operation to a layer
#
# So far we have chosen the kernel ourselves. In a **convolutional layer** it is learned. Its elements are the layer's **weights**.
# The layer learns one more number, the **bias**, and adds it to every element of the output.
#
# **Predict:** how many numbers does a layer with a $5\times 5$ kernel learn? Does that depend on the size of the image?

# %% [markdown] lang="zh"
# ## 4 · 从运算到层
#
# 到现在为止，卷积核都是我们自己定的。在**卷积层**里，卷积核是学习得到的，它的元素叫做这一层的**权重**。
# 卷积层还要学习一个数，叫做**偏置**，它会加到输出的每个元素上。
#
# **先猜：** 卷积核为 $5\times 5$ 的一层，要学习多少个数？这与图像的大小有关吗？

# %% [markdown] lang="en" slide="slide"
# ## From an operation to a layer
#
# **Predict:** how many numbers does a layer with a $5\times 5$ kernel learn? Does that depend on the size of the image?

# %% [markdown] lang="zh" slide="slide"
# ## 从运算到层
#
# **先猜：** 卷积核为 $5\times 5$ 的一层，要学习多少个数？这与图像的大小有关吗？


# %% tags=["slide-code"]
class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        # Random initial values, as PyTorch chooses them for one input channel.
        # zh: # 随机的初始值；输入只有一个通道时，PyTorch 也是这样取的。
        bound = 1 / math.sqrt(kernel_size[0] * kernel_size[1])
        self.weight = nn.Parameter(torch.empty(kernel_size).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(1).uniform_(-bound, bound))

    def forward(self, x):
        return d2l.corr2d(x, self.weight) + self.bias


# %% tags=["slide-answer"]
torch.manual_seed(0)
layer = Conv2D((5, 5))
print(f"parameters: {sum(p.numel() for p in layer.parameters())}")
# zh: print(f"参数个数：{sum(p.numel() for p in layer.parameters())}")
for image in (photo, photo[:50, :50]):
    print(f"image {tuple(image.shape)} -> output {tuple(layer(image).shape)}")
    # zh: print(f"图像 {tuple(image.shape)} -> 输出 {tuple(layer(image).shape)}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Answer:** 26, for the photograph and for a small part of it: one kernel, one bias. The last lines show the sizes of the two outputs.
#
# **Expect:** 25 (the bias is forgotten), or more, with one bias for each element of the output. **Ask:** what is the output for an image that is zero everywhere? (The bias, at every position.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **答案：** 26，整张照片和其中一小块都一样：一个卷积核，一个偏置。最后两行是两个输出的大小。
#
# **常见错误：** 答 25（漏了偏置），或者答得更多，以为输出的每个元素各有一个偏置。**提问：** 图像处处为零时，输出是什么？（处处等于偏置。）

# %% [markdown] lang="en"
# The layer has twenty-five weights and one bias, whatever the size of the image.
#
# In PyTorch's layer, `nn.Conv2d`, the weight tensor has two more axes than ours: (output channels, input channels, height, width).
# There is one bias for each output channel. Given our parameters, this layer should produce the same output as ours.

# %% [markdown] lang="zh"
# 不论图像多大，这一层都有二十五个权重和一个偏置。
#
# PyTorch 的卷积层叫 `nn.Conv2d`。与我们的相比，它的权重张量多出两个轴，形状是（输出通道，输入通道，高，宽）；偏置则是每个输出通道一个。
# 换上我们的参数，它的输出应当与我们的相同。

# %%
official = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=5)
with torch.no_grad():
    official.weight.copy_(layer.weight[None, None])
    official.bias.copy_(layer.bias)
# comp_conv2d() adds the axes for batch and channel to the image and removes them from the output.
# zh: # comp_conv2d() 先给图像添上批量和通道两个轴，再从输出中去掉这两个轴。
d2l.compare(d2l.comp_conv2d(official, photo), layer(photo), tolerance=1e-4)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what is the layer's output for an image that is zero everywhere?</summary>
#
# All products are zero, so every element of the output equals the bias. Without a bias the output would be zero, whatever the
# kernel.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>图像处处为零时，这一层的输出是什么？</summary>
#
# 所有乘积都是零，所以输出的每个元素都等于偏置。没有偏置的话，不管卷积核是什么，输出都是零。
# </details>

# %% [markdown] lang="en"
# ## 5 · Cross-correlation or convolution?
#
# In mathematics and signal processing, **convolution** first rotates the kernel by 180 degrees. In the formula, two plus signs become
# minus signs:
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$$
#
# `d2l.convolve2d` computes the output only at the **valid** positions, those where the whole kernel lies inside the image. In the
# formula they begin at $i = k_h - 1$, $j = k_w - 1$, since smaller values lead to negative indices; the output of
# `d2l.convolve2d` counts them from 0. (The positions with any overlap are called **full**.)
#
# To see the difference, take a **unit impulse**: an image that is zero except for a single 1. The output for it is the **impulse response**; in optics, the point-spread function.
#
# **Predict:** what is the impulse response of cross-correlation with our kernel `K`? And of convolution?

# %% [markdown] lang="zh"
# ## 5 · 互相关还是卷积？
#
# 数学和信号处理里说的**卷积**，要先把卷积核旋转 180 度。写成公式，就是有两处加号变成了减号：
#
# $$Y_{i,j} = \sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$$
#
# `d2l.convolve2d` 只在卷积核完整落在图像内的位置上计算输出，这些位置叫做 **valid**。在公式里，它们从 $i = k_h - 1$、$j = k_w - 1$ 开始，
# 因为再小就会出现负的下标；`d2l.convolve2d` 的输出则从 0 数起。（卷积核与图像有重叠的所有位置，叫做 **full**。）
#
# 要看出差别，可以用**单位脉冲**，也就是只有一个 1、其余全为零的图像。它的输出叫做**脉冲响应**，
# 在光学里又叫点扩散函数。
#
# **先猜：** 用我们的卷积核 `K` 做互相关，脉冲响应是什么？改用卷积呢？

# %% [markdown] lang="en" slide="slide"
# ## Correlation or convolution?
#
# Convolution rotates the kernel by 180°: $\;\sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$
#
# A **unit impulse**: a single 1 among zeros.
#
# **Predict:** what is the output of each of the two operations for it?

# %% [markdown] lang="zh" slide="slide"
# ## 互相关还是卷积？
#
# 卷积先把卷积核旋转 180°：$\;\sum_{a}\sum_{b} X_{i-a,\,j-b}\,K_{a,b}$
#
# **单位脉冲：** 只有一个 1，其余全为零。
#
# **先猜：** 对单位脉冲，两种运算的输出各是什么？

# %% tags=["slide-answer"]
impulse = torch.zeros(3, 3)
impulse[1, 1] = 1
response, true_response = d2l.corr2d(impulse, K), d2l.convolve2d(impulse, K)
responses = {"cross-correlation": response, "convolution": true_response}
# zh: responses = {"互相关": response, "卷积": true_response}
d2l.show_grids({"impulse": impulse, "K": K} | responses)
# zh: d2l.show_grids({"单位脉冲": impulse, "K": K} | responses)

# %% [markdown] lang="en" slide="fragment"
# The **impulse response** of convolution is the kernel; that of cross-correlation is the rotated kernel.

# %% [markdown] lang="zh" slide="fragment"
# 卷积的**脉冲响应**就是卷积核；互相关的脉冲响应，则是旋转后的卷积核。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Let half of the class compute cross-correlation and the other half convolution. Explain the result of cross-correlation: in the first window, the 1 lies under the *last* kernel element.
#
# **Expect:** that cross-correlation returns the kernel as it is. **Ask:** for which kernels is there no difference? (Those that a rotation by 180 degrees leaves unchanged.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一半人算互相关，一半人算卷积。讲解互相关的结果：在第一个窗口里，与 1 对应的是卷积核的**最后**一个元素。
#
# **常见错误：** 以为互相关会给出原样的卷积核。**提问：** 对哪些卷积核，两者没有差别？（旋转 180 度之后不变的那些。）

# %% [markdown] lang="en"
# The impulse response of convolution is the kernel itself. That of cross-correlation is the kernel rotated by 180 degrees, because
# in the first window the 1 lies under the *last* kernel element.
#
# The convolutional layers of deep learning libraries compute cross-correlation, but keep the name. Does that limit what they can compute? Rotate a kernel
# and compare:

# %% [markdown] lang="zh"
# 卷积的脉冲响应就是卷积核本身；互相关的脉冲响应，则是旋转 180 度的卷积核，因为在第一个窗口里，与 1 对应的是卷积核的**最后**一个元素。
#
# 深度学习的程序库里，卷积层算的其实是互相关，却仍然叫卷积层。能完成的计算会因此变少吗？把卷积核旋转过来比一比：

# %%
rotated = random_kernel.flip(0, 1)
d2l.compare(d2l.corr2d(photo, random_kernel), d2l.convolve2d(photo, rotated))

# %% [markdown] lang="en"
# No: convolution with the rotated kernel gives the same output. What if the kernel is learned? We train two kernels to produce the same
# target from one image, one by cross-correlation, one by convolution. (Chapter 04 explains learning.)

# %% [markdown] lang="zh"
# 不会：卷积换用旋转后的卷积核，输出就相同了。如果卷积核是学习得到的，又会怎样？我们训练两个卷积核，让它们从同一张图像得到同一个目标输出，
# 一个用互相关，另一个用卷积。（学习的原理见第 04 章。）

# %%
torch.manual_seed(0)
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
# ## Which kernel is learned?
#
# A target was computed with the kernel `[[0, 1], [2, 3]]`. We train two kernels to reproduce it: one by cross-correlation, one by convolution.
#
# **Predict:** what are the two kernels after the training?

# %% [markdown] lang="zh" slide="slide"
# ## 学到的是哪个卷积核？
#
# 目标输出由卷积核 `[[0, 1], [2, 3]]` 算出。训练两个卷积核去重现它：一个用互相关，一个用卷积。
#
# **先猜：** 训练之后，这两个卷积核各是什么？

# %% tags=["slide-answer"]
first_kernel, second_kernel = learn(d2l.corr2d), learn(d2l.convolve2d)
d2l.show_grids({"cross-correlation": first_kernel, "convolution": second_kernel})
# zh: d2l.show_grids({"互相关": first_kernel, "卷积": second_kernel})

# %% [markdown] lang="en" slide="fragment"
# The second kernel is the first one, rotated by 180°. Both give the same output.

# %% [markdown] lang="zh" slide="fragment"
# 第二个卷积核就是第一个旋转 180° 的结果，两者的输出相同。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Do not explain the training; that is the subject of chapter 04. Compare the two kernels.
#
# **Ask:** when *does* the difference matter? When a kernel is taken from one program to another: `scipy.signal.convolve2d` convolves, `nn.Conv2d` cross-correlates. **Expect:** "so the name is wrong". Strictly speaking yes; it is the usual name all the same.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 训练的过程不讲，那是第 04 章的内容；只比较两个卷积核。
#
# **提问：** 什么时候**必须**区分？把卷积核从一个程序搬到另一个程序的时候：`scipy.signal.convolve2d` 做的是卷积，`nn.Conv2d` 做的是互相关。**常见错误：** “那卷积层这个名字就错了。”严格说来确实不对，但这已是通行的叫法。

# %% [markdown] lang="en"
# Training with convolution has ended at the rotated kernel. So the choice makes no difference to what a layer can learn. It does
# matter when you move a kernel between programs: SciPy's `convolve2d`, for example, is a true convolution.

# %% [markdown] lang="zh"
# 用卷积训练，得到的是旋转后的卷积核。所以，无论用哪一种运算，一层能学到的东西都一样。
# 只有把卷积核从一个程序搬到另一个程序时，才需要当心：比如 SciPy 的 `convolve2d`，做的是真正的卷积。

# %%
from scipy import signal

by_scipy = signal.convolve2d(photo.numpy(), random_kernel.numpy(), mode="valid")
d2l.compare(torch.from_numpy(by_scipy), d2l.convolve2d(photo, random_kernel))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> for which kernels do cross-correlation and convolution give the same output on every image?</summary>
#
# For those that a rotation by 180 degrees leaves unchanged, such as a blur with equal weights. The kernel `[1, -1]` becomes `[-1, 1]`, so the
# output changes sign.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>对哪些卷积核，互相关与卷积在任何图像上输出都相同？</summary>
#
# 旋转 180 度之后不变的那些，比如元素全相等的模糊核。而 `[1, -1]` 旋转后是 `[-1, 1]`，输出就会变号。
# </details>

# %% [markdown] lang="en"
# ## 6 · Which pixels does an output depend on?
#
# An output of a second layer depends on a window of the first layer's output, and each element in this window on a window of the image. The region of the *input* that can influence an output is its **receptive field**.
#
# **Predict:** two layers have $2\times 2$ kernels. Is the receptive field of an output of the second layer
# $4\times 4$?
#
# The gradient of this output with respect to the image shows it: if all weights are 1, no contributions cancel, and the gradient is
# non-zero exactly at the pixels that can influence the output (framed in the figure).

# %% [markdown] lang="zh"
# ## 6 · 一个输出取决于哪些像素？
#
# 第二层的一个输出，取决于第一层输出的某个窗口，而窗口里的每个元素，又取决于图像的一个窗口。
# **输入**中能影响某个输出的那块区域，叫做这个输出的**感受野**。
#
# **先猜：** 两层都用 $2\times 2$ 的卷积核，第二层一个输出的感受野是 $4\times 4$ 吗？
#
# 看这个输出对图像的梯度就知道了：权重全为 1 时，各项贡献不会互相抵消，所以梯度不为零的像素（图中方框之内），正是能影响这个输出的像素。

# %% [markdown] lang="en" slide="slide"
# ## Which pixels does an output depend on?
#
# Two layers, each with a $2\times 2$ kernel of ones.
#
# **Predict:** how large is the **receptive field** of one output of the second layer: $4\times 4$?

# %% [markdown] lang="zh" slide="slide"
# ## 一个输出取决于哪些像素？
#
# 两层的卷积核都是 $2\times 2$，元素全为一。
#
# **先猜：** 第二层一个输出的**感受野**有多大，是 $4\times 4$ 吗？

# %% tags=["slide-answer"]
pixels = torch.zeros(6, 6, requires_grad=True)
deep = d2l.corr2d(d2l.corr2d(pixels, torch.ones(2, 2)), torch.ones(2, 2))
deep[1, 2].backward()
d2l.show_grids({"gradient": pixels.grad}, mark={"gradient": (1, 2, 3, 3)})
# zh: d2l.show_grids({"梯度": pixels.grad}, mark={"梯度": (1, 2, 3, 3)})

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Answer:** $3\times 3$. The gradient is non-zero exactly at the pixels that can influence the output.
#
# **Expect:** $4\times 4$, because $2\cdot 2 = 4$. Draw two neighbouring windows: they overlap in one column. **Ask:** what do the numbers 1, 2, 4 count? (The paths from a pixel to the output.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **答案：** $3\times 3$。梯度不为零的地方，正是能影响这个输出的像素。
#
# **常见错误：** $4\times 4$，因为 $2\cdot 2 = 4$。画出两个相邻的窗口：它们有一列是重叠的。**提问：** 图里的 1、2、4 数的是什么？（从一个像素到这个输出的路径条数。）

# %% [markdown] lang="en"
# No, it is $3\times 3$: the second kernel combines neighbouring outputs of the first layer, whose windows overlap.
#
# If both kernels are $3\times 3$ and move by 2 elements of their own input at a time, the second kernel combines three windows, each 2 pixels from the next. Its output therefore depends on $3 + 2\cdot 2 = 7$ pixels along an axis.
#
# In general, three numbers, in input pixels, describe the receptive fields (*fields* for short) along one axis: their size $r$; the
# **jump** $j$ (not a column index), the shift between the fields of neighbouring outputs; and the start $q$, the first pixel in the field of output 0.
#
# Chapter 05 explains the settings of a layer: stride $s$ is the step of the window, dilation $d$ the spacing of the kernel elements (usually 1),
# and padding $p$ the number of zeros added on *each* side, PyTorch's convention. Begin with $r = 1$, $j = 1$, $q = 0$; each layer of kernel size $k$ updates them in this order (after Dang 2017, who tracks the field's centre instead of its start and leaves out dilation):
#
# $$r \leftarrow r + d\,(k-1)\,j, \qquad q \leftarrow q - p\,j, \qquad j \leftarrow j\,s$$
#
# **Predict:** at stride 1, three layers with $3\times 3$ kernels have a field of 7 pixels. How large is it with stride 2 and padding 1 in each layer?

# %% [markdown] lang="zh"
# 不是，是 $3\times 3$：第二层的卷积核把第一层相邻的几个输出合在一起，而它们的窗口是重叠的。
#
# 如果两层的卷积核都是 $3\times 3$，每次在各自的输入上移动 2 个元素，那么第二层的卷积核合在一起的，是三个依次错开 2 个像素的窗口。
# 所以沿一条轴，它的输出取决于 $3 + 2\cdot 2 = 7$ 个像素。
#
# 一般来说，沿一条轴的感受野可以用三个数描述，都以输入的像素计：大小 $r$；**跳距**（jump）$j$，即相邻两个输出的感受野错开多远
# （此处不是列号）；起点 $q$，即 0 号输出的感受野从哪个像素开始。
#
# 第 05 章将介绍一层的各项设置：步幅 $s$ 是窗口每次移动多远，膨胀率 $d$ 是卷积核相邻元素的间隔（通常为 1），
# 填充 $p$ 是在**每一侧**添上的零的个数（这是 PyTorch 的约定）。从 $r = 1$、$j = 1$、$q = 0$ 开始，每过一层，就按这层卷积核的大小 $k$ 依次更新（参照 Dang，2017；那里记的是感受野的中心，不是起点，也没有膨胀率）：
#
# $$r \leftarrow r + d\,(k-1)\,j, \qquad q \leftarrow q - p\,j, \qquad j \leftarrow j\,s$$
#
# **先猜：** 步幅为 1 时，卷积核为 $3\times 3$ 的三层，感受野为 7 个像素。如果每层的步幅都是 2、填充都是 1，感受野有多大？

# %% [markdown] lang="en" slide="slide"
# ## A chain of layers
#
# $$r \leftarrow r + d\,(k-1)\,j, \quad q \leftarrow q - p\,j, \quad j \leftarrow j\,s$$
#
# Size $r$, start $q$, **jump** $j$; kernel $k$, stride $s$, dilation $d$, padding $p$ on each side.
#
# **Predict:** three layers with $3\times 3$ kernels have a field of 7 pixels at stride 1. And with stride 2, padding 1?

# %% [markdown] lang="zh" slide="slide"
# ## 一串卷积层
#
# $$r \leftarrow r + d\,(k-1)\,j, \quad q \leftarrow q - p\,j, \quad j \leftarrow j\,s$$
#
# 大小 $r$，起点 $q$，**跳距** $j$；卷积核 $k$，步幅 $s$，膨胀率 $d$，每侧填充 $p$。
#
# **先猜：** 步幅为 1 时，三层 $3\times 3$ 的感受野为 7 个像素。步幅 2、填充 1 呢？

# %% tags=["slide-answer"]
strided = [nn.Conv2d(1, 1, kernel_size=3, stride=2, padding=1) for _ in range(3)]
for depth in (1, 2, 3):
    field = d2l.receptive_field(strided[:depth])
    size, jump, start = field.size[0], field.jump[0], field.start[0]
    print(f"after layer {depth}: size {size:2}, jump {jump}, start {start}")
    # zh: print(f"第 {depth} 层之后：大小 {size:2}，跳距 {jump}，起点 {start}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Do the recursion on the board: $r$ goes 1, 3, 7, 15, because $j$ goes 1, 2, 4.
#
# **Expect:** 14, twice the 7. **Ask:** at stride 1, three layers with $3\times 3$ kernels have the same field as one layer with a $7\times 7$ kernel; what do they save? (They have 27 weights instead of 49 for each pair of an input and an output channel.) **And what do they give up?** (Without non-linearities, they can produce only some of the $7\times 7$ kernels.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在黑板上递推一遍：$r$ 依次是 1、3、7、15，因为 $j$ 依次是 1、2、4。
#
# **常见错误：** 14，即 7 的两倍。**提问：** 步幅为 1 时，三层 $3\times 3$ 与一层 $7\times 7$ 的感受野一样大，省下了什么？（对每一对输入、输出通道，权重是 27 个，而不是 49 个。）**又放弃了什么？**（中间没有非线性的话，只能得到一部分 $7\times 7$ 的卷积核。）

# %% [markdown] lang="en"
# The fields after several layers are therefore placed like the windows of a single layer with kernel size $r$, stride $j$ and padding
# $-q$. After the first two layers, $r = 7$, $j = 4$ and $q = -3$. The figure's top row shows 16 pixels, with the single layer's padding in grey; the blue part of each row below is the field of one output.

# %% [markdown] lang="zh"
# 所以，一串卷积层的感受野，就像单独一层的窗口那样排列，这一层的卷积核大小为 $r$、步幅为 $j$、填充为 $-q$。过了前两层，
# $r = 7$，$j = 4$，$q = -3$。下图最上面是一行 16 个像素，灰色的是这个单层的填充；下面每行的蓝色部分，是一个输出的感受野。

# %% [markdown] lang="en" slide="slide"
# ## Where do the fields begin?
#
# The fields after two of these layers are placed like the windows of one layer with kernel 7, stride 4, padding 3.
#
# **Predict:** at which pixel does the field of `Y[1]` begin?

# %% [markdown] lang="zh" slide="slide"
# ## 感受野从哪里开始？
#
# 两层之后的感受野，就像卷积核为 7、步幅为 4、填充为 3 的单独一层的窗口。
#
# **先猜：** `Y[1]` 的感受野从哪个像素开始？

# %% tags=["slide-answer"]
d2l.show_positions(16, kernel=7, stride=4, padding=3)

# %% [markdown] lang="en" slide="notes"
# **1 min.** The figure shows the fields after two layers; grey is the padding of the single layer. The first field starts at −3, and each of the others starts one jump after the one before.
#
# **Expect:** 4, the jump alone. The answer is −3 + 4 = 1.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 图里是两层之后的各个感受野，灰色是那个单层的填充。第一个从 −3 开始，后面的依次错开一个跳距。
#
# **常见错误：** 4，只想到跳距。答案是 −3 + 4 = 1。

# %% [markdown] lang="en"
# The field of `Y[0]` begins at −3, outside the image.
#
# <details><summary><b>Check yourself:</b> at stride 1, three layers with 3×3 kernels have the same field as one layer with a 7×7 kernel. What are the advantages of the three layers?</summary>
#
# If the number of channels stays the same, the three layers have 27 weights instead of 49 for each pair of an input and an output channel. There
# can also be a non-linearity after each of them. Simonyan and Zisserman (2014) gave these two reasons for building VGG from $3\times 3$ kernels.
# </details>
#
# <details><summary><b>Check yourself:</b> why does the field begin at −3, if each layer adds only one zero on each side? Can every pixel between the
# first and the last of a field influence the output?</summary>
#
# The second layer adds its zero to the first layer's output. On the scale of the input, one such zero is as wide as the jump, 2 pixels: $-1 - 1\cdot 2 = -3$.
# Pixels with negative indices do not exist; the recursion only continues the numbering to the left. Not every pixel of a field can influence
# the output if there are gaps between the windows that a layer combines. This happens when the shift between these windows, $d\,j$, is larger than their size, which is the size of the field so far. Dilation can cause this, and so can large strides.
# </details>
#
# <details><summary><b>Check yourself:</b> how many layers with 3×3 kernels, stride 1 and no padding does it take until one output depends on all 29 rows of an image?</summary>
#
# Each layer adds 2 rows, so the field is $1 + 2L$ rows high after $L$ layers. The field has to reach 29 rows, so $L = 14$. These 14 layers remove
# 28 rows, and the output has a single row.
# </details>

# %% [markdown] lang="zh"
# `Y[0]` 的感受野从 −3 开始，在图像之外。
#
# <details><summary><b>自测：</b>步幅为 1 时，三层 3×3 与一层 7×7 的感受野一样大。用三层有什么好处？</summary>
#
# 只要通道数保持不变，对每一对输入、输出通道，三层的权重只有 27 个，而不是 49 个。另外，每层之后还能放一个非线性激活。
# Simonyan 和 Zisserman（2014）用 $3\times 3$ 的卷积核设计 VGG，给出的正是这两条理由。
# </details>
#
# <details><summary><b>自测：</b>每层在每一侧只添一个零，感受野为什么从 −3 开始？感受野从头到尾，每个像素都能影响这个输出吗？</summary>
#
# 第二层的零添在第一层的输出上，折算到输入，一个零相当于一个跳距，即 2 个像素：$-1 - 1\cdot 2 = -3$。下标为负的像素并不存在，只是编号向左延续。
# 如果某一层所合并的几个窗口之间有空隙，空隙里的像素就不能影响输出。相邻窗口错开 $d\,j$ 个像素，窗口的大小等于此前感受野的大小；前者大于后者，就会出现空隙。膨胀率大或步幅大，都可能造成这种情况。
# </details>
#
# <details><summary><b>自测：</b>步幅为 1、没有填充时，要叠多少层 3×3 的卷积，一个输出才会取决于图像的全部 29 行？</summary>
#
# 每层增加 2 行，$L$ 层之后感受野高 $1 + 2L$ 行。要达到 29 行，需要 $L = 14$ 层。这 14 层一共去掉 28 行，输出只剩一行。
# </details>

# %% [markdown] lang="en"
# ## 7 · Do all these pixels count equally?
#
# The receptive field says which pixels *can* influence an output, but not how strongly. We measure a pixel's influence by the
# absolute value of the gradient. Take 20 layers with $3\times 3$ kernels whose weights all equal $1/9$; the field has $41\times 41$ pixels.
#
# **Predict:** the middle $15\times 15$ pixels are 13% of the field. Add up the absolute values of the gradient. What share of this sum falls on them?

# %% [markdown] lang="zh"
# ## 7 · 这些像素的影响一样大吗？
#
# 感受野只说明哪些像素**能够**影响输出，没有说影响有多大。我们用梯度的绝对值来衡量一个像素的影响。
# 取 20 层 $3\times 3$ 的卷积，权重全为 $1/9$，感受野是 $41\times 41$ 个像素。
#
# **先猜：** 正中间的 $15\times 15$ 个像素占感受野的 13%。把梯度的绝对值全部加起来，其中百分之多少来自正中间？


# %%
def gradient_size(layers, image):
    image = image.clone().requires_grad_()
    nn.Sequential(*layers)(image[None, None]).sum().backward()
    return image.grad.abs()


def middle_share(gradient):
    # the middle 15 of 41 rows and columns
    # zh: # 41 行、41 列中正中间的 15 行、15 列
    return (gradient[13:28, 13:28].sum() / gradient.sum()).item()


# %%
uniform = [nn.Conv2d(1, 1, kernel_size=3, bias=False) for _ in range(20)]
for convolution in uniform:
    nn.init.constant_(convolution.weight, 1 / 9)
uniform_gradient = gradient_size(uniform, torch.zeros(41, 41))
share = middle_share(uniform_gradient)
print(f"middle 15 x 15: {15**2 / 41**2:.0%} of the pixels, {share:.0%} of the gradient")
# zh: print(f"正中间的 15×15：占像素的 {15**2 / 41**2:.0%}，占梯度的 {share:.0%}")

# %% [markdown] lang="en"
# Each layer spreads the gradient evenly over the offsets −1, 0 and 1 along each axis, like one step of a random walk. The variance of one step is
# $2/3$, and variances add up. So after $L$ layers the gradient is close to a bell curve with standard deviation $\sqrt{2L/3}$, here 3.7 pixels.
# The region that receives most of the gradient is the **effective receptive field** (Luo et al. 2016).
# Here its width grows in proportion to $\sqrt{L}$, while the receptive field's is $2L + 1$.
#
# Does the gradient gather in the middle only because the weights are equal? We take 20 networks of the same depth with random initial weights, 16 channels in each layer, and ReLUs, and
# compute the gradient of the sum of their output channels.
#
# The maps show the square root of the gradient's absolute value, so that small values stay visible. Black is zero; the white frame encloses
# the middle.

# %% [markdown] lang="zh"
# 每一层都把梯度沿各条轴均匀地分到偏移 −1、0、1 上，就像随机游走的一步。一步的方差是 $2/3$，而方差可以相加，
# 所以 $L$ 层之后，梯度接近钟形，标准差为 $\sqrt{2L/3}$，这里是 3.7 个像素。
# 得到大部分梯度的区域，叫做**有效感受野**（Luo 等，2016）。这里它的宽度与 $\sqrt{L}$ 成正比，而感受野的宽度是 $2L + 1$。
#
# 梯度集中在正中间，会不会只是因为权重都相等？下面是 20 个深度相同的网络，权重取随机初始值，每层有 16 个通道，带 ReLU。我们取各输出通道之和的梯度。
#
# 下面几张图画的是梯度绝对值的平方根，这样小的值也看得见。黑色是零，白框围住的是正中间。

# %% [markdown] lang="en" slide="slide"
# ## Do all these pixels count equally?
#
# 20 layers of $3\times 3$: the field has $41\times 41$ pixels. The middle $15\times 15$ are 13% of them.
#
# **Predict:** add up the absolute values of the gradient. What share of this sum falls on the middle?

# %% [markdown] lang="zh" slide="slide"
# ## 这些像素的影响一样大吗？
#
# 20 层 $3\times 3$：感受野是 $41\times 41$ 个像素，正中间的 $15\times 15$ 占 13%。
#
# **先猜：** 梯度的绝对值之和，有百分之多少来自正中间？


# %%
def random_network(seed):
    torch.manual_seed(seed)
    layers = [nn.Conv2d(1, 16, kernel_size=3), nn.ReLU()]
    for _ in range(19):
        layers += [nn.Conv2d(16, 16, kernel_size=3), nn.ReLU()]
    return layers


def framed(gradient):
    # the square root, from 0 to 1, with a white frame around the middle
    # zh: # 开平方，取值从 0 到 1，正中间加一个白框
    image = (gradient / gradient.max()).sqrt()
    image[12:29, [12, 28]] = 1
    image[[12, 28], 12:29] = 1
    return image


# %% tags=["slide-answer"]
gradients = [gradient_size(random_network(seed), torch.rand(41, 41)) for seed in range(20)]
mean = sum(gradients) / 20
maps = {
    "equal weights": uniform_gradient,
    "random, seed 0": gradients[0],
    "mean of 20 seeds": mean,
}
# zh: maps = {
# zh:     "权重相等": uniform_gradient,
# zh:     "随机权重，种子 0": gradients[0],
# zh:     "20 个种子的平均": mean,
# zh: }
d2l.show_images({name: framed(m) for name, m in maps.items()}, repeatable=False)

# %% [markdown] lang="en"
# The next figure shows the middle's share of the gradient. Each dot in the first row is one random network; the black bar marks the median. The other rows, one value each, are for comparison.

# %% [markdown] lang="zh"
# 下图是梯度落在正中间的比例。第一行的每个点是一个随机网络，黑色竖线是中位数。另外两行用来比较，各只有一个值。

# %%
shares = [middle_share(gradient) for gradient in gradients]
by_weights = {
    "random weights": shares,
    "equal weights": [share],
    "all pixels equal": [15**2 / 41**2],
}
# zh: by_weights = {
# zh:     "随机权重": shares,
# zh:     "权重相等": [share],
# zh:     "各像素影响相同": [15**2 / 41**2],
# zh: }
d2l.show_spread(by_weights, xlabel="share of the gradient in the middle", repeatable=False)
# zh: d2l.show_spread(by_weights, xlabel="正中间所占的比例", repeatable=False)

# %% tags=["slide-answer"]
print(f"equal weights: {share:.0%} of the gradient on the middle 15 x 15")
print(f"random weights: more than 60% in {sum(s > 0.6 for s in shares)} of 20 networks")
# zh: print(f"权重相等：梯度的 {share:.0%} 落在正中间的 15×15")
# zh: print(f"权重随机：20 个网络中有 {sum(s > 0.6 for s in shares)} 个超过 60%")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Collect estimates before the key. Each layer acts like one step of a random walk, so the influence is a bell curve whose width grows in proportion to the square root of the depth. The first map is for equal weights, the other two are for random ones. The white frame encloses the middle $15\times 15$ pixels.
#
# **Expect:** 13%, "all pixels count equally". **Ask:** with four times as many layers, how many times wider is the bell? (Twice as wide.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按键之前先请大家估一估。每一层就像随机游走的一步，所以影响呈钟形，宽度与深度的平方根成正比。第一张图是权重相等的，后两张是权重随机的，白框围住正中间的 $15\times 15$ 个像素。
#
# **常见错误：** 13%，以为各像素的影响一样大。**提问：** 层数变为原来的四倍，钟形的宽度变为原来的几倍？（两倍。）

# %% [markdown] lang="en"
# One random network gives a noisy map, but the mean over 20 is close to a bell again, and in all 20 the middle receives far more than
# 13%. The bell is wider than with equal weights:

# %% [markdown] lang="zh"
# 单个随机网络的图带有噪声，20 个网络的平均又接近钟形；20 个网络里，正中间所占的梯度比例都远远超过 13%。不过，这个钟形比权重相等时更宽：


# %%
def width(gradient):
    # standard deviation along one axis, in pixels
    # zh: # 沿一条轴的标准差，以像素计
    profile = gradient.sum(0) / gradient.sum()
    return (profile * (torch.arange(41) - 20) ** 2).sum().sqrt().item()


widths = torch.tensor([[width(gradient), width(gradient**2)] for gradient in gradients]).mean(0)
print(f"equal weights: {width(uniform_gradient):.1f} pixels")
print(f"random weights, on average: {widths[0]:.1f}; squared gradient: {widths[1]:.1f}")
# zh: print(f"权重相等：{width(uniform_gradient):.1f} 个像素")
# zh: print(f"权重随机，平均：{widths[0]:.1f}；梯度的平方：{widths[1]:.1f}")

# %% [markdown] lang="en"
# In networks trained by Luo et al., the effective field grew during training.
#
# <details><summary><b>Check yourself:</b> why is the bell wider with random weights? Compare the three standard deviations.</summary>
#
# If the weights are random, independent and zero on average, it is the *squared* gradient that spreads like the random walk, on average: its standard deviation is
# close to that for equal weights. Taking the square root of a bell makes it $\sqrt{2} \approx 1.4$ times as wide.
# </details>
#
# <details><summary><b>Check yourself:</b> take 80 layers with equal weights instead of 20. How many times wider do the receptive field and the bell become?</summary>
#
# The field has $2\cdot 80 + 1 = 161$ pixels on each axis instead of 41, about four times as many. The standard deviation of the bell only doubles:
# $\sqrt{2\cdot 80/3} \approx 7.3$.
# </details>

# %% [markdown] lang="zh"
# 在 Luo 等人训练的网络里，有效感受野在训练中变大了。
#
# <details><summary><b>自测：</b>权重随机时，钟形为什么更宽？请比较这三个标准差。</summary>
#
# 权重随机取值、相互独立、均值为零时，平均来说，像随机游走那样扩散的是梯度的**平方**，所以它的标准差接近权重相等时的标准差。
# 钟形开平方之后，宽度是原来的 $\sqrt{2} \approx 1.4$ 倍。
# </details>
#
# <details><summary><b>自测：</b>权重仍相等，层数从 20 增加到 80，感受野和钟形的宽度各变为原来的几倍？</summary>
#
# 感受野沿每条轴从 41 个像素变成 $2\cdot 80 + 1 = 161$ 个，约为原来的四倍；钟形的标准差只增加一倍：$\sqrt{2\cdot 80/3} \approx 7.3$。
# </details>

# %% [markdown] lang="en"
# ## Where this is used today
#
# VGG-16 and ResNet-50 are usually given images of $224\times 224$ pixels. We compute the receptive field of one element of their *last feature map*;
# the layers after it combine all positions.
#
# **Predict:** are these fields smaller or larger than the image?

# %% [markdown] lang="zh"
# ## 今天用在哪里
#
# VGG-16 和 ResNet-50 的输入通常是 $224\times 224$ 的图像。我们来算**最后一张特征图**上一个元素的感受野；在此之后，各个位置就合在一起了。
#
# **先猜：** 这两个感受野比图像小，还是比图像大？

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# VGG-16 and ResNet-50 are usually given images of $224\times 224$.
#
# **Predict:** is the receptive field of an element of their last feature map smaller or larger than the image?

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# VGG-16 和 ResNet-50 的输入通常是 $224\times 224$ 的图像。
#
# **先猜：** 最后一张特征图上一个元素的感受野，比图像小，还是比图像大？

# %% tags=["slide-answer"]
with torch.device("meta"):
    # Tensors on this device have shapes but no values.
    # zh: # 这个设备上的张量只有形状，没有数值。
    networks = {
        "VGG-16": torchvision.models.vgg16(),
        "ResNet-50": torchvision.models.resnet50(),
    }
for name, network in networks.items():
    # The convolutions on ResNet's shortcuts are skipped: the longest path has the largest field.
    # zh: # ResNet 快捷连接上的卷积（downsample）略去不计：最长的那条路径感受野最大。
    windows = [
        module
        for path, module in network.named_modules()
        if isinstance(module, (nn.Conv2d, nn.MaxPool2d)) and "downsample" not in path
    ]
    field = d2l.receptive_field(windows)
    print(f"{name}: size {field.size[0]}, jump {field.jump[0]}, start {field.start[0]}")
    # zh: print(f"{name}：大小 {field.size[0]}，跳距 {field.jump[0]}，起点 {field.start[0]}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** For the last feature map, VGG-16's field is a little smaller than the image; ResNet-50's is nearly twice as wide as the image. Recall the bell: the effective field is smaller than the receptive field. The networks' outputs depend on the whole image, because the layers that follow combine all positions.
#
# **Expect:** "much smaller, the kernels are $3\times 3$". But every stride multiplies the jump, which is 32 at the end of both networks.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 对最后一张特征图来说，VGG-16 的感受野比图像略小，ResNet-50 的差不多是图像的两倍宽。提醒大家想想那个钟形：有效感受野比感受野小。至于整个网络的输出，则取决于整张图像，因为后面的层把各个位置合在了一起。
#
# **常见错误：** “小得多，卷积核才 $3\times 3$。”可是每个步幅都会乘进跳距：两个网络的跳距最后都是 32。

# %% [markdown] lang="en"
# VGG-16's field is nearly as large as the image; ResNet-50's is larger (427 in torchvision's version; 483 with the strides where the original paper has them). ConvNeXt (Liu et al. 2022) went back to larger kernels: $7\times 7$,
# but only one for each channel (*depthwise*, chapter 06). In a vision transformer (Dosovitskiy et al. 2021), a single attention
# layer connects every patch with all others.

# %% [markdown] lang="zh"
# VGG-16 的感受野几乎与图像一样大，ResNet-50 的比图像还大（torchvision 的版本中是 427；步幅若按原论文放置，则是 483）。ConvNeXt（Liu 等，2022）又用回了 $7\times 7$ 的大卷积核，但每个通道只有一个
# （深度卷积，见第 06 章）。在视觉 Transformer（Dosovitskiy 等，2021）里，一个注意力层就让每个图像块与所有其他图像块相连。

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - cross-correlation: multiply, add up, move the window; $n-k+1$ positions on each axis
# - a layer learns a kernel and a bias; their number does not depend on the size of the image
# - convolution rotates the kernel; a kernel learned with it comes out rotated
# - each layer adds $d(k-1)$ jumps to the receptive field; its stride multiplies the jump
# - in our networks, the middle of the field had most of the influence

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 互相关：相乘，相加，移动窗口；每条轴上 $n-k+1$ 个位置
# - 卷积层学习一个卷积核和一个偏置，参数个数与图像大小无关
# - 卷积要旋转卷积核；用卷积训练，得到的卷积核也是旋转过的
# - 每层让感受野增加 $d(k-1)$ 个跳距；步幅会乘进跳距
# - 在我们的网络里，影响主要来自感受野的正中间

# %% [markdown] lang="en" slide="notes"
# **1 min.** Return to the photograph: one small calculation, repeated at 271,150 positions, gives a new image. **Ask:** which nine numbers in the kernel would make the edge of the roof bright in the new image? Collect guesses; chapter 03 begins there. Set exercises 1 to 4.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 回到那张照片：同一个小计算在 271,150 个位置上各做一遍，就得到一张新的图像。**提问：** 用哪九个数，能让屋顶的边缘在新图像里亮起来？收集几个猜测，第 03 章就从这里讲起。布置练习 1 到 4。

# %% tags=["exercises"]
exercises.ch02

# %% [markdown] lang="en"
# ## Summary
#
# Cross-correlation multiplies a kernel by the pixels under it and adds up the products, at every position where it fits. The feature map shows how
# strongly the kernel responds to each part of the image. A layer learns the kernel and a bias. Convolution
# first rotates the kernel by 180 degrees; a layer can learn with either operation. A number deep in a network depends only on its
# receptive field; in our experiments, mostly on the middle of this field.
#
# **Next:** which kernels are useful? In chapter 03 you choose kernels by hand and find edges in photographs.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, "Convolutions for Images", from which our example numbers are taken:
#   [English](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html),
#   [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/conv-layer.html).
# - Dang (2017), [A Guide to Receptive Field Arithmetic for Convolutional Neural Networks](https://syncedreview.com/2017/05/11/a-guide-to-receptive-field-arithmetic-for-convolutional-neural-networks/), for a recursion of this kind and the word *jump*.
# - Araujo, Norris and Sim (2019), [Computing Receptive Fields of Convolutional Neural Networks](https://distill.pub/2019/computing-receptive-fields/), for closed formulas.
# - Luo, Li, Urtasun and Zemel (2016), [Understanding the Effective Receptive Field in Deep Convolutional Neural Networks](https://arxiv.org/abs/1701.04128).
# - Lavin and Gray (2016), [Fast Algorithms for Convolutional Neural Networks](https://arxiv.org/abs/1509.09308), for Winograd's method.
# - Simonyan and Zisserman (2014), [Very Deep Convolutional Networks for Large-Scale Image Recognition](https://arxiv.org/abs/1409.1556): VGG.
# - Liu et al. (2022), [A ConvNet for the 2020s](https://arxiv.org/abs/2201.03545): ConvNeXt.
# - Dosovitskiy et al. (2021), [An Image is Worth 16x16 Words](https://arxiv.org/abs/2010.11929): the vision transformer.

# %% [markdown] lang="zh"
# ## 小结
#
# 在卷积核放得下的每个位置上，让卷积核的元素与下面的像素对应相乘，再把乘积相加，这就是互相关。得到的特征图，反映卷积核对图像各处的响应有多强。
# 卷积层学习一个卷积核和一个偏置。卷积要先把卷积核旋转 180 度；对要学习的层来说，用哪一种运算都行。
# 网络深处的一个数，只取决于它的感受野；在我们的实验里，影响主要来自感受野的正中间。
#
# **下一步：** 什么样的卷积核有用？在第 03 章里，你将亲手挑选卷积核，在照片里寻找边缘。
#
# **延伸阅读**
# - Zhang、Lipton、Li、Smola：《动手学深度学习》中讲图像卷积的一节，本章的例子沿用了其中的数字：
#   [中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)，
#   [英文版](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)。
# - Dang（2017）：[A Guide to Receptive Field Arithmetic for Convolutional Neural Networks](https://syncedreview.com/2017/05/11/a-guide-to-receptive-field-arithmetic-for-convolutional-neural-networks/)，讲这类递推，“跳距”（jump）这个名称也取自这里。
# - Araujo、Norris、Sim（2019）：[Computing Receptive Fields of Convolutional Neural Networks](https://distill.pub/2019/computing-receptive-fields/)，给出不用递推的公式。
# - Luo、Li、Urtasun、Zemel（2016）：[Understanding the Effective Receptive Field in Deep Convolutional Neural Networks](https://arxiv.org/abs/1701.04128)，讲有效感受野。
# - Lavin、Gray（2016）：[Fast Algorithms for Convolutional Neural Networks](https://arxiv.org/abs/1509.09308)，讲 Winograd 算法。
# - Simonyan、Zisserman（2014）：[Very Deep Convolutional Networks for Large-Scale Image Recognition](https://arxiv.org/abs/1409.1556)，即 VGG。
# - Liu 等（2022）：[A ConvNet for the 2020s](https://arxiv.org/abs/2201.03545)，即 ConvNeXt。
# - Dosovitskiy 等（2021）：[An Image is Worth 16x16 Words](https://arxiv.org/abs/2010.11929)，即视觉 Transformer。
