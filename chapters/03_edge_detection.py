# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 03 Edge detection
#
# *Draw a cat in ten pencil lines, and anyone will recognise it. Colour and shading are gone; only edges are left. What
# is an edge to a program, and how can nine numbers find the edges in a photograph?*
#
# **In this chapter you will**
# - build the simplest edge detector, and say what it responds to and what it misses;
# - measure what noise does to it, and do better with the Sobel kernel;
# - read a kernel's sum and frequency response;
# - find the magnitude and the direction of any edge, whatever its angle;
# - turn a photograph into a line drawing.
#
# **Time:** about 35 minutes to read and run, 95 more for the exercises. **You need:** chapter 02.

# %% [markdown] lang="zh"
# # 03 边缘检测
#
# **用铅笔勾十来笔画一只猫，谁都认得出来。颜色没有了，明暗也没有了，留下的只有边缘。
# 对程序来说，边缘是什么？区区九个数，怎么就能在照片里把边缘找出来？**
#
# **学完本章，你将能够**
# - 搭建一个最简单的边缘检测器，说清它对什么有响应、会漏掉什么；
# - 测量噪声对它的影响，并用 Sobel 卷积核改进它；
# - 读懂卷积核各元素之和与频率响应的含义；
# - 求出任意角度的边缘的幅值和方向；
# - 把照片变成线描画。
#
# **所需时间：** 阅读并运行约 35 分钟，练习另需 95 分钟。**预备知识：** 第 02 章。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Before you say anything, draw a cat with ten strokes on the board. Ask: *what did I leave out, and why do you still recognise it?* Collect: colour, shading. Only the edges are left.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先什么都不说，在黑板上用十来笔画一只猫。然后问：我省掉了什么？为什么你们还认得出来？大家会说：颜色、明暗。剩下的就是边缘。

# %%
import math

import torch
import torch.nn.functional as F
import torchvision

import d2lutil as d2l
from d2lutil import exercises

# %% [markdown] lang="en"
# ## 1 · An edge is a difference
#
# What is an edge in numbers? In the image `X` below, white is 1 and black is 0, and the four columns in the middle are black. The kernel
# `[[1, -1]]` takes a pixel and subtracts the pixel to its right.
#
# The figure's colours show numbers, not brightness: blue is above zero, red below, and the further from zero, the stronger
# the colour. So the white pixels of `X` appear blue, and the black ones appear white.
#
# **Predict:** where is the output zero? Where is it not, and what is its sign there? How many columns does it have?

# %% [markdown] lang="zh"
# ## 1 · 边缘就是差
#
# 用数来表示，边缘是什么样子？下面的图像 `X` 里，白是 1，黑是 0，中间四列是黑的。卷积核 `[[1, -1]]` 取一个像素，
# 减去它右边的像素。
#
# 图中的颜色表示数值，而不是明暗：蓝色为正，红色为负，绝对值越大，颜色越深。所以 `X` 的白像素显示为蓝色，黑像素显示为白色。
#
# **先猜：** 输出在哪里为零？在哪里不为零，那里的正负号如何？输出有几列？

# %% [markdown] lang="en" slide="slide"
# ## The simplest edge
#
# `K = [[1, -1]]`: a pixel minus the pixel to its right
#
# **Predict:** where is the output zero? Where is it not zero, and what is its sign there?

# %% [markdown] lang="zh" slide="slide"
# ## 最简单的边缘
#
# `K = [[1, -1]]`：一个像素减去它右边的像素
#
# **先猜：** 输出在哪里为零？在哪里不为零，那里的正负号如何？

# %%
X = torch.ones(6, 8)
X[:, 2:6] = 0
K = torch.tensor([[1.0, -1.0]])

# %% tags=["slide-answer"]
Y = d2l.corr2d(X, K)
d2l.show_grids(X=X, K=K, Y=Y)

# %% [markdown] lang="en" slide="notes"
# **4 min.** Draw one row on the board: 1 1 0 0 0 0 1 1. Let everybody write down the output before you press the key. Say that the colours show numbers: blue is above zero, red below, white is zero.
#
# **Ask:** how many columns does the output have? (7: chapter 02.) **Expect:** a minus at the first edge, because "it gets darker". Let them compute 1 − 0.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上写出一行：1 1 0 0 0 0 1 1。按键之前，让每个人先写下自己的输出。说明图中的颜色表示数值：蓝为正，红为负，白为零。
#
# **提问：** 输出有几列？（7 列，见第 02 章。）**常见错误：** 以为第一条边缘是负的，因为“变暗了”。让他们算一算 1 − 0。

# %%
print(f"row 0 of Y: {Y[0].tolist()}, shape of Y: {tuple(Y.shape)}")
# zh: print(f"Y 的第 0 行：{Y[0].tolist()}，Y 的形状：{tuple(Y.shape)}")

# %% [markdown] lang="en"
# The output is zero wherever a pixel equals its right-hand neighbour. From left to right, it is **positive** where white gives way to black, and
# **negative** where black gives way to white. So its absolute value is the size of the change, its sign the direction.
#
# The difference between two neighbouring samples is called a **finite difference**. Here it is taken along the width (axis 1):
#
# $$Y_{i,j} = X_{i,j} - X_{i,j+1}$$
#
# Both pixels have the same row index $i$: this kernel never compares a pixel with the one above or below it.

# %% [markdown] lang="zh"
# 一个像素与右边的邻居相等时，输出为零。从左往右看，由白变黑处输出为**正**，由黑变白处输出为**负**。
# 可见，输出的绝对值就是变化的大小，正负号就是变化的方向。
#
# 相邻两个样本之差叫做**有限差分**（finite difference）。这里的差分是沿宽度方向（轴 1）求的：
#
# $$Y_{i,j} = X_{i,j} - X_{i,j+1}$$
#
# 两个像素的行号都是 $i$：这个卷积核从不比较上下相邻的像素。

# %% [markdown] lang="en" slide="slide"
# ## The sign is the direction
#
# - from left to right, white gives way to black: **positive**
# - black gives way to white: **negative**
# - a pixel equals its right-hand neighbour: **zero**
#
# **Predict:** swap black and white in the image. What happens to the output?

# %% [markdown] lang="zh" slide="slide"
# ## 正负号就是方向
#
# - 从左往右，由白变黑：**正**
# - 由黑变白：**负**
# - 左右相邻的两个像素相等：**零**
#
# **先猜：** 把图像的黑与白对调，输出会怎样？

# %% [markdown] lang="en" slide="fragment"
# Every sign changes, and the zeros stay: $(1-a)-(1-b) = b-a$.

# %% [markdown] lang="zh" slide="fragment"
# 符号全部反过来，零还是零：$(1-a)-(1-b) = b-a$。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Give the output its name: a finite difference along the width (axis 1).
#
# **Expect:** some take the sign for the size of the change. The absolute value is the size, the sign is the direction.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 给输出一个名称：沿宽度方向（轴 1）的有限差分。
#
# **常见错误：** 把正负号当成变化的大小。大小看绝对值，正负号说的是方向。

# %%
d2l.compare(Y, X[:, :-1] - X[:, 1:])

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> swap black and white in the image. What happens to the output?</summary>
#
# Every sign changes: where the image went from white to black, it now goes from black to white. The zeros stay. In symbols, the difference $a - b$ becomes $(1 - a) - (1 - b) = b - a$.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>把图像的黑与白对调，输出会怎样？</summary>
#
# 每个符号都反过来：原来由白到黑的地方，现在由黑到白。零还是零。写成式子：差 $a - b$ 变成 $(1 - a) - (1 - b) = b - a$。
# </details>

# %% [markdown] lang="en"
# ## 2 · One kernel, one direction
#
# Transpose the image, that is, reflect it in its main diagonal. Its two edges are as sharp as before, but now horizontal.
#
# **Predict:** what is the output of the same kernel?

# %% [markdown] lang="zh"
# ## 2 · 一个卷积核，一个方向
#
# 把图像转置，也就是沿主对角线翻转。两条边缘和原来一样锐利，只是变成了水平的。
#
# **先猜：** 同一个卷积核会输出什么？

# %% [markdown] lang="en" slide="slide"
# ## What it cannot see
#
# Transpose the image. Its two edges are as sharp as before.
#
# **Predict:** what is the output of the same kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 它看不见什么
#
# 把图像转置，两条边缘和原来一样锐利。
#
# **先猜：** 同一个卷积核会输出什么？

# %% tags=["slide-answer"]
d2l.show_grids({"X.T": X.T, "Y": d2l.corr2d(X.T, K)})

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** who expects the old output, transposed? Most do. **Answer:** zeros everywhere, because along a horizontal edge every pixel equals its right-hand neighbour. The transposed kernel responds to this image, and not to the first one.
#
# Then ask about a diagonal edge: both kernels respond. Come back to this under *any angle*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 谁认为输出就是原来的输出转置一下？多数人会举手。**答案：** 处处为零，因为沿着水平的边缘，左右相邻的两个像素总是相等。转置后的卷积核对这张图像有响应，对第一张却没有。
#
# 再问斜的边缘：两个卷积核都有响应。讲到**任意角度**时再回到这一点。

# %% [markdown] lang="en"
# The output is zero everywhere, because along a horizontal edge every pixel equals its right-hand neighbour. The transposed kernel compares a
# pixel with the one below it: it responds to the transposed image, but not to `X`. Both kernels respond to a diagonal edge:

# %% [markdown] lang="zh"
# 输出处处为零，因为沿着水平的边缘，左右相邻的两个像素总是相等。转置后的卷积核比较的是上下相邻的两个像素：它对转置后的图像有响应，对 `X` 却没有。
# 对斜的边缘，两个卷积核都有响应：

# %%
images = {"X": X, "X.T": X.T, "diagonal edge": torch.ones(8, 8).tril()}
# zh: images = {"X": X, "X.T": X.T, "斜边缘": torch.ones(8, 8).tril()}
for name, image in images.items():
    by_K, by_KT = (d2l.corr2d(image, kernel).count_nonzero() for kernel in (K, K.T))
    print(f"{name}: {by_K} non-zero outputs with K, {by_KT} with K.T")
    # zh: print(f"{name}：用 K 有 {by_K} 个非零输出，用 K.T 有 {by_KT} 个")

# %% [markdown] lang="en"
# Hubel and Wiesel (1959, 1962) found neurons in the cat's visual cortex that respond to bars or edges of roughly one orientation, and hardly
# at all to those of a very different one.
#
# <details><summary><b>Check yourself:</b> why do both kernels respond to a diagonal edge?</summary>
#
# You cross a diagonal edge when you go to the right, and you cross it when you go down. So both differences are non-zero there. Section 5 computes the angle of an edge from the two outputs.
# </details>

# %% [markdown] lang="zh"
# Hubel 和 Wiesel（1959，1962）在猫的视觉皮层中发现了这样的神经元：对朝向接近某一角度的条形或边缘有反应，对朝向相差较远的几乎没有反应。
#
# <details><summary><b>自测：</b>为什么两个卷积核对斜边缘都有响应？</summary>
#
# 向右走会穿过斜边缘，向下走也会穿过它，所以两种差分在那里都不为零。第 5 节就从这两个输出算出边缘的角度。
# </details>

# %% [markdown] lang="en"
# ## 3 · Noise, and the Sobel kernel
#
# Does this work on a photograph? We take a crop, so small that the figure shows every pixel as a block:

# %% [markdown] lang="zh"
# ## 3 · 噪声与 Sobel 卷积核
#
# 换成照片还行吗？我们裁出一个局部，它足够小，每个像素在图中都显示成一个方格：

# %%
photo = d2l.photo("china", gray=True)
porch = photo[180:250, 200:320]
d2l.show_images({"photo": photo, "crop": porch})
# zh: d2l.show_images({"照片": photo, "局部": porch})

# %% [markdown] lang="en" slide="slide"
# ## On a photograph

# %% [markdown] lang="zh" slide="slide"
# ## 放到照片上

# %% tags=["slide"]
maps = {"left - right": d2l.corr2d(porch, K), "above - below": d2l.corr2d(porch, K.T)}
# zh: maps = {"左 - 右": d2l.corr2d(porch, K), "上 - 下": d2l.corr2d(porch, K.T)}
d2l.show_images(maps, signed=True)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Blue is above zero, red is below, white is zero; the few values beyond the ends of the colour bar have the colour of that end. **Ask:** which map shows the posts, and which shows the ledge? Let them point before you say it. Why is the ledge red above and blue below? (From top to bottom it gets brighter, then darker.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 蓝为正，红为负，白为零；少数数值超出色条的两端，就用那一端的颜色表示。**提问：** 哪一张显出柱子，哪一张显出台沿？先让他们指出来，你再说。台沿为什么上边红、下边蓝？（从上往下，先变亮，再变暗。）

# %% [markdown] lang="en"
# As before, blue is above zero and red below. The left
# map shows the posts and window frames, the right map the eaves and the bright ledge: red where the image gets brighter
# from top to bottom, blue where it gets darker.
#
# Now add **noise** to each pixel: its own random number from a normal distribution with mean 0 and standard deviation 0.1, a tenth of the
# range from black to white.
#
# **Predict:** which does the noise damage more, the image or the output of the detector?

# %% [markdown] lang="zh"
# 与前面一样，蓝色为正，红色为负。左图显出柱子和窗框，
# 右图显出屋檐和那道明亮的台沿：从上往下，变亮处是红的，变暗处是蓝的。
#
# 现在加上**噪声**（noise）：给每个像素各加一个随机数，取自均值为 0、标准差为 0.1 的正态分布。这个标准差是黑白之差的十分之一。
#
# **先猜：** 图像和检测器的输出，哪个受噪声影响更大？

# %% [markdown] lang="en" slide="slide"
# ## A little noise
#
# Noise on every pixel; its standard deviation is a tenth of the range from black to white.
#
# **Predict:** which does the noise damage more, the image or the output of the detector?

# %% [markdown] lang="zh" slide="slide"
# ## 加一点噪声
#
# 每个像素都带上噪声，标准差是黑白之差的十分之一。
#
# **先猜：** 图像和检测器的输出，哪个受噪声影响更大？

# %% tags=["slide-answer"]
torch.manual_seed(0)
noise = 0.1 * torch.randn_like(photo)
noisy = photo + noise
noisy_porch = noisy[180:250, 200:320]
shown = {"|left - right|, no noise": d2l.corr2d(porch, K).abs(), "crop with noise": noisy_porch}
shown |= {"|left - right|, with noise": d2l.corr2d(noisy_porch, K).abs()}
# zh: shown = {"|左 - 右|，无噪声": d2l.corr2d(porch, K).abs(), "局部（加噪声）": noisy_porch}
# zh: shown |= {"|左 - 右|，加噪声": d2l.corr2d(noisy_porch, K).abs()}
d2l.show_images(shown)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Left and right: the absolute value of the same difference, without and with noise. The image can still be recognised; in the output only the strongest edges can be made out. **Why?** The difference makes the noise larger. It leaves the photograph only a third of its standard deviation, because neighbouring pixels are nearly equal. (The ledge is missing from both outputs: this kernel is blind to it.)
#
# **Ask:** how could more pixels help? Steer towards: average *along* the edge, subtract *across* it.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 左右两图是同一种差分的绝对值，左边没有噪声，右边加了噪声。图像还认得出，输出中却只看得出最强的几条边缘。**为什么？** 相减使噪声变大；照片的标准差却只剩三分之一，因为相邻像素差不多相等。（两个输出里都没有台沿：这个卷积核看不见它。）
#
# **提问：** 多用几个像素能有什么帮助？把讨论引向：**沿着**边缘取平均，**跨过**边缘求差。

# %% [markdown] lang="en"
# The left and right panels show the absolute value of the difference, without and with noise. With noise, only the strongest edges can be seen.
# The standard deviations show why:

# %% [markdown] lang="zh"
# 左右两图是同一种差分的绝对值，左边没有噪声，右边加了噪声。加了噪声之后，只看得出最强的几条边缘。看一看标准差就知道原因：

# %%
print(f"standard deviation before: photo {photo.std():.2f}, noise {noise.std():.2f}")
# zh: print(f"相减之前的标准差：照片 {photo.std():.2f}，噪声 {noise.std():.2f}")
photo_after, noise_after = d2l.corr2d(photo, K).std(), d2l.corr2d(noise, K).std()
print(f"standard deviation after:  photo {photo_after:.2f}, noise {noise_after:.2f}")
# zh: print(f"相减之后的标准差：照片 {photo_after:.2f}，噪声 {noise_after:.2f}")

# %% [markdown] lang="en"
# The difference makes the noise larger, but leaves the photograph only a third of its standard deviation, because neighbouring pixels are nearly equal.
#
# The remedy is to smooth *along* the edge and to subtract *across* it. The **Sobel** kernel, which goes back to a talk by Sobel and Feldman
# in 1968, does this. It adds three rows, weighted by the **binomial** coefficients 1, 2, 1, and subtracts the left column from the right one:

# %% [markdown] lang="zh"
# 相减之后，噪声反而更大；照片的标准差却只剩原来的三分之一，因为照片里相邻的像素差不多相等。
#
# 补救的办法是**沿着**边缘平滑，**跨过**边缘求差。**Sobel** 卷积核（出自 Sobel 和 Feldman 1968 年的一次报告）就是这样做的：
# 以**二项式**（binomial）系数 1、2、1 为权重把三行加起来，再用右边的列减去左边的列：

# %% [markdown] lang="en" slide="slide"
# ## Sobel: average along, subtract across

# %% [markdown] lang="zh" slide="slide"
# ## Sobel：沿边缘平均，跨边缘求差

# %% tags=["slide"]
smooth, difference = torch.tensor([[1.0], [2.0], [1.0]]), torch.tensor([[-1.0, 0.0, 1.0]])
sobel_x = smooth @ difference
d2l.show_grids({"smooth": smooth, "difference": difference, "Sobel": sobel_x})
# zh: d2l.show_grids({"平滑": smooth, "差分": difference, "Sobel": sobel_x})

# %% [markdown] lang="en" slide="fragment"
# On a ramp that rises by 1 per column, `[-1 1]` and Sobel / 8 both give 1. The first kernel multiplies the noise by $\sqrt{2} \approx 1.41$, the second by $\sqrt{12}/8 \approx 0.43$.

# %% [markdown] lang="zh" slide="fragment"
# 在每列升高 1 的斜坡上，`[-1 1]` 和 Sobel / 8 都输出 1。经过前者，噪声变为 $\sqrt{2} \approx 1.41$ 倍；经过后者，变为 $\sqrt{12}/8 \approx 0.43$ 倍。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** why must we divide by 8 before we compare? (A kernel with larger entries has larger outputs, but the noise grows by the same factor.) The variances of independent random numbers add. On a step the wider difference halves the edge as well as the noise; there only the smoothing helps.
#
# **Expect:** "so a wider kernel is always better". It lets less noise through, but it merges edges that lie close together.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 比较之前为什么要先除以 8？（元素大的卷积核输出也大，可是噪声也放大同样的倍数。）互相独立的随机数，方差相加。在阶跃处，隔一列求差使边缘和噪声都减半，那里只有平滑才有好处。
#
# **常见错误：** “那么卷积核越宽越好。”更宽的卷积核通过的噪声更少，却会把靠得近的边缘并成一条。

# %% [markdown] lang="en"
# To compare the kernels, we scale each to give 1 on a ramp that rises by 1 per column. (The first kernel becomes $-K$, so that rising
# brightness gives a positive output.) The other extreme is a **step**, which rises from 0 to 1 between two neighbouring columns:

# %% [markdown] lang="zh"
# 为了便于比较，我们缩放各个卷积核，使它们在每列升高 1 的斜坡上都输出 1。（第一个卷积核用 $-K$，使变亮处的输出为正。）
# 另一个极端是**阶跃**（step）：亮度在相邻两列之间从 0 升到 1。

# %%
ramp = torch.arange(8.0).repeat(4, 1)
step = (torch.arange(8) >= 4).float().repeat(4, 1)
detectors = {"[-1 1]": -K, "[-1 0 1] / 2": difference / 2, "Sobel / 8": sobel_x / 8}
for name, kernel in detectors.items():
    on_ramp, on_step = d2l.corr2d(ramp, kernel).max(), d2l.corr2d(step, kernel).max()
    measured = d2l.corr2d(noise, kernel).std() / noise.std()
    formula = kernel.square().sum().sqrt()
    print(f"{name}: ramp {on_ramp:.0f}, step {on_step:.1f}", end=", ")
    # zh: print(f"{name}：斜坡 {on_ramp:.0f}，阶跃 {on_step:.1f}", end="，")
    print(f"noise times {measured:.2f} (formula {formula:.2f})")
    # zh: print(f"噪声的倍数 {measured:.2f}（公式 {formula:.2f}）")

# %% [markdown] lang="en"
# The variances of independent random numbers add. So if the noise is independent and equally strong at every pixel, a kernel multiplies its standard deviation by the square root of the
# sum of the kernel's squared entries (the formula).
#
# On the ramp, the wider difference `[-1 0 1] / 2` halves the noise and keeps the output. On the step it halves the output as well, so nothing is gained.
# The smoothing helps on both: it keeps the output and multiplies the noise by another $\sqrt{3/8} \approx 0.61$. Wider
# kernels of this kind let even less noise through, but merge edges that lie close together.
#
# In the next figure each kernel is scaled to leave the noise as strong as before. So stronger colours mean clearer edges:

# %% [markdown] lang="zh"
# 互相独立的随机数，方差相加。所以，如果各像素的噪声互相独立、标准差相同，经过一个卷积核之后，标准差就要乘以卷积核各元素平方和的平方根（即上面的公式）。
#
# 在斜坡上，隔一列求差（`[-1 0 1] / 2`），输出不变，噪声减半。在阶跃处，输出也减半，所以没有好处。平滑则在两种情形下都有好处：
# 输出不变，噪声又变为原来的 $\sqrt{3/8} \approx 0.61$。这一类卷积核越宽，通过的噪声就越少，但靠得近的边缘会并成一条。
#
# 下图里，每个卷积核都经过缩放，使噪声的强度保持不变。所以颜色越深，边缘就越清楚：


# %%
def same_noise(kernel):
    """The kernel, scaled so that it leaves the standard deviation of independent noise as it is."""
    # zh: """缩放后的卷积核：独立噪声经过它，标准差不变。"""
    return kernel / kernel.square().sum().sqrt()


scaled = {"[-1 1]": same_noise(-K), "Sobel": same_noise(sobel_x)}
responses = {name: d2l.corr2d(noisy_porch, kernel) for name, kernel in scaled.items()}
d2l.show_images(responses, signed=True)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> <code>[-1 0 1] / 2</code> is also a difference of two pixels. Why does it let only half as much noise through as <code>[-1 1]</code>?</summary>
#
# Its two pixels are two columns apart, and over two columns the ramp rises by 2. So entries half as large give the same output on the ramp, and entries half as large let half as much noise through.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b><code>[-1 0 1] / 2</code> 也是两个像素之差，为什么通过它的噪声只有 <code>[-1 1]</code> 的一半？</summary>
#
# 它的两个像素相隔两列，斜坡在这两列之间升高 2。所以元素减半，在斜坡上的输出仍然相同；元素减半，通过的噪声也就减半。
# </details>

# %% [markdown] lang="en"
# ## 4 · The sum and the frequency response
#
# **Predict:** every pixel of an evenly lit wall is 0.5. What is the output of each of these kernels on the wall?

# %% [markdown] lang="zh"
# ## 4 · 卷积核的和与频率响应
#
# **先猜：** 一面亮度均匀的墙，每个像素都是 0.5。下面这些卷积核在墙上各输出多少？

# %% [markdown] lang="en" slide="slide"
# ## A wall of one colour
#
# Every pixel is 0.5. **Predict:** what is the output of each kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 一面亮度均匀的墙
#
# 每个像素都是 0.5。**先猜：** 各个卷积核输出多少？

# %% tags=["slide"]
blur = torch.ones(3, 3) / 9
sharpen = torch.tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
emboss = torch.tensor([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])
laplacian = torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
gallery = {"blur": blur, "sharpen": sharpen, "emboss": emboss}
gallery |= {"Laplacian": laplacian, "Sobel": sobel_x}
# zh: gallery = {"模糊": blur, "锐化": sharpen, "浮雕": emboss}
# zh: gallery |= {"拉普拉斯": laplacian, "Sobel": sobel_x}
d2l.show_grids(gallery)

# %% [markdown] lang="en" slide="fragment"
# **The sum of a kernel's entries is its output on an image that is 1 everywhere.** Blur, sharpen, emboss: 0.5. Laplacian, Sobel: 0.

# %% [markdown] lang="zh" slide="fragment"
# **卷积核各元素之和，就是它在处处为 1 的图像上的输出。** 模糊、锐化、浮雕：0.5。拉普拉斯、Sobel：0。

# %% [markdown] lang="en" slide="notes"
# **3 min.** One glance is enough if you look for the right thing: the sum. Give them half a minute of silence.
#
# **Expect:** 4.5 for the blur (the 1/9 forgotten), or "it depends on the image".

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 只要知道该看什么，扫一眼就够：看和。给他们半分钟安静的时间。
#
# **常见错误：** 模糊核答 4.5（忘了 1/9），或者说“要看是什么图像”。

# %%
wall = torch.full((5, 5), 0.5)
for name, kernel in gallery.items():
    print(f"{name}: sum {kernel.sum():.0f}, on the wall {d2l.corr2d(wall, kernel)[0, 0]:.1f}")
    # zh: print(f"{name}：和为 {kernel.sum():.0f}，墙上的输出为 {d2l.corr2d(wall, kernel)[0, 0]:.1f}")

# %% [markdown] lang="en"
# **The sum of a kernel's entries is its output on an image that is 1 everywhere.** If the sum is 1, flat parts keep their brightness. If it is 0, the output
# on flat parts is 0, and only changes are left. Here are three of these kernels on each colour channel of a photograph:

# %% [markdown] lang="zh"
# **卷积核各元素之和，就是它在处处为 1 的图像上的输出。** 和为 1，平坦处的亮度不变；和为 0，平坦处的输出为 0，留下的只有变化。
# 下面把其中三个卷积核分别用在照片的各个颜色通道上：

# %%
flower = d2l.photo("flower")[:, 100:300, 200:500]


def on_colours(image, kernel):
    # At an edge, sharpening overshoots: the bright side gets brighter, the dark side darker. What leaves the range from 0 to 1 is cut off.
    # zh: # 在边缘附近，锐化会使亮的一侧更亮，暗的一侧更暗；落在 0 到 1 之外的部分截去。
    return torch.stack([d2l.corr2d(channel, kernel) for channel in image]).clamp(0, 1)


# %% [markdown] lang="en" slide="slide"
# ## Nine numbers, three effects

# %% [markdown] lang="zh" slide="slide"
# ## 九个数，三种效果

# %% tags=["slide"]
effects = {name: on_colours(flower, gallery[name]) for name in list(gallery)[:3]}
d2l.show_images({"flower": flower} | effects, columns=2)
# zh: d2l.show_images({"花": flower} | effects, columns=2)

# %% [markdown] lang="en" slide="notes"
# **1 min.** Cover the titles: which image is blurred, which sharpened, which embossed? **Ask:** why does the sharpened one look crisp? Beside an edge its output overshoots: it is darker than the dark side and brighter than the bright side.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 先不看标题：哪张是模糊，哪张是锐化，哪张是浮雕？**提问：** 锐化的那张，边缘为什么显得鲜明？在边缘两侧，它的输出会冲过头：比暗的一侧还暗，比亮的一侧还亮。

# %% [markdown] lang="en"
# On a wall nothing changes. The pattern that changes most along the width consists of alternately black and white columns.
#
# **Predict:** what do `[-1 1]`, Sobel, the blur and the binomial kernel `[1 2 1] / 4` make of such stripes?

# %% [markdown] lang="zh"
# 墙面上毫无变化。沿宽度方向变化最快的图案，则是一列黑、一列白交替排列的条纹。
#
# **先猜：** 遇到这样的条纹，`[-1 1]`、Sobel、模糊核和二项式核 `[1 2 1] / 4` 各输出什么？

# %%
fine = (torch.arange(8) % 2).float().repeat(3, 1)
filters = {"[-1 1]": -K, "Sobel / 8": sobel_x / 8, "blur": blur, "[1 2 1] / 4": smooth.T / 4}
# zh: filters = {"[-1 1]": -K, "Sobel / 8": sobel_x / 8, "模糊": blur, "[1 2 1] / 4": smooth.T / 4}
print("stripes:", fine[0].tolist())
# zh: print("条纹：", fine[0].tolist())
for name, kernel in filters.items():
    outputs = d2l.corr2d(fine, kernel)[0, :4]
    print(f"{name}:", " ".join(f"{value:.2f}" for value in outputs))

# %% [markdown] lang="en"
# The blur swaps black and white: its first window is centred on a white column, but its output there is the darker of the two values, 0.33.
#
# Every row of an image is a sum of sinusoids, with frequencies from 0 (a wall) to half a cycle per pixel (the stripes). A kernel turns a sinusoid into a sinusoid of the same frequency:
# it multiplies the amplitude by a factor, the **gain**, and shifts the wave. Gain and shift depend on the frequency; together they are the **frequency response**. At frequency 0
# the gain is the absolute value of the kernel's sum (**DC gain**). A Fourier transform gives all gains, here for images that do not change along the height:

# %% [markdown] lang="zh"
# 模糊核把黑白对调了：它的第一个窗口以白列为中心，那里的输出却是两个值中较暗的 0.33。
#
# 图像的每一行都是若干正弦波之和，频率从 0（墙面）到每像素半个周期（条纹）。输入是一个正弦波，卷积核的输出就是同频率的正弦波，只是幅度乘以一个系数，位置平移了一段。
# 这个系数叫做**增益**（gain）。增益与平移量都随频率而变，合称卷积核的**频率响应**（frequency response）。
# 频率为 0 时，增益等于各元素之和的绝对值（**直流增益**，DC gain）。作一次傅里叶变换，就能得到全部增益。下图画出的是图像沿高度方向不变时的增益：

# %% [markdown] lang="en" slide="slide"
# ## Fine stripes
#
# Columns alternately black and white: half a cycle per pixel.
#
# **Predict:** which of these kernels responds most strongly, and which not at all? `[-1 1]`, Sobel / 8, blur, `[1 2 1] / 4`

# %% [markdown] lang="zh" slide="slide"
# ## 细条纹
#
# 一列黑、一列白：每像素半个周期。
#
# **先猜：** 哪个卷积核响应最强，哪个毫无响应？`[-1 1]`、Sobel / 8、模糊、`[1 2 1] / 4`

# %% tags=["slide-answer"]
# In an image that does not change along its height, only the sums of the kernel's columns matter.
# zh: # 图像沿高度方向不变时，起作用的只是卷积核各列的和。
spectra = {name: torch.fft.rfft(kernel.sum(dim=0), n=96) for name, kernel in filters.items()}
gains = {name: values.abs() for name, values in spectra.items()}
frequencies = torch.arange(49) / 96
d2l.show_curves(gains, xlabel="cycles per pixel", ylabel="gain", x=frequencies)
# zh: d2l.show_curves(gains, xlabel="每像素的周期数", ylabel="增益", x=frequencies)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the figure at both ends. Left end: the sum of the kernel. Right end: the stripes. **Ask:** where is the image, and where is the noise? A photograph consists mostly of low frequencies; white noise is equally strong at all frequencies.
#
# **Expect:** "the blur removes the stripes". Let them compute one window, 0 1 0: a third. The next one gives two thirds: black and white are swapped.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先看图的两端。左端：卷积核的和。右端：条纹。**提问：** 图像在哪一段，噪声在哪一段？照片以低频为主，白噪声在各个频率上都一样。
#
# **常见错误：** “模糊会抹掉条纹。”让他们算一个窗口，0 1 0：三分之一。下一个是三分之二：黑白对调了。

# %% [markdown] lang="en"
# This explains half of Sobel's advantage in section 3. A photograph consists mostly of low frequencies, while this noise is equally strong at all frequencies (**white noise**). The plain
# difference has its largest gain at high frequencies, where a photograph is weakest. Sobel's gain falls to 0 there. The other half is the smoothing along the height; the dotted curve is the gain of its
# weights, `[1 2 1] / 4`.
#
# <details><summary><b>If you know the discrete Fourier transform (DFT):</b> the same in two dimensions</summary>
#
# **Circular** cross-correlation continues the image periodically: beyond each border it goes on from the opposite side. The DFT diagonalises this operation: each DFT coefficient of the image is multiplied by
# its own number. The next cell checks this; nothing later depends on it.
# </details>

# %% [markdown] lang="zh"
# 这就解释了第 3 节中 Sobel 优势的一半。照片以低频为主，而这种噪声在各个频率上一样强（**白噪声**，white noise）。简单差分在高频处增益最大，照片在那里的成分却最少；
# Sobel 的增益在那里又回到 0。另一半来自沿高度方向的平滑，它的权重 `[1 2 1] / 4` 的增益就是图中的点线。
#
# <details><summary><b>如果你学过离散傅里叶变换（DFT）：</b>二维的情形</summary>
#
# **循环**（circular）互相关把图像看成首尾相接：越过一条边界，就回到对边。DFT 使这种运算对角化，也就是说，图像的每个 DFT 系数各乘以一个数。
# 下面的代码验证这一点，后面用不到它。
# </details>

# %%
# Conjugate, because this is cross-correlation and not convolution.
# zh: # 取共轭，因为这里算的是互相关，不是卷积。
spectrum = torch.fft.rfft2(photo) * torch.fft.rfft2(sobel_x, s=photo.shape).conj()
by_fourier = torch.fft.irfft2(spectrum, s=photo.shape)
continued = F.pad(photo[None, None], (0, 2, 0, 2), mode="circular")
d2l.compare(by_fourier, F.conv2d(continued, sobel_x[None, None])[0, 0])

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> take the kernel that changes nothing (1 in the middle, 0 elsewhere) and subtract the blur from it. What is the sum of the result, and what does this kernel leave of a photograph?</summary>
#
# The sum is $1 - 1 = 0$, so the output on a wall is 0. What is left is what the blur takes away: the fine detail, that is, the high frequencies. Add this detail
# to the image, and the image is sharpened.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>取“什么都不改”的卷积核（正中是 1，其余是 0），减去模糊核。所得卷积核的各元素之和是多少？照片经过它还剩下什么？</summary>
#
# 和是 $1 - 1 = 0$，所以在墙面上输出 0。剩下的正是模糊会抹掉的东西：细节，也就是高频。把这些细节加回图像上，图像就锐化了。
# </details>

# %% [markdown] lang="en"
# ## 5 · Edges at any angle
#
# So far we have two directions. For those between them, mix Sobel's kernel $S_x$ and its transpose $S_y$: $K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$.
#
# **Predict:** which edges does $K_\theta$ respond to most strongly when $\theta$ is 30 degrees?
#
# **Play:** change the angle. At 0 degrees the kernel compares right with left, at 90 degrees below with above. Point at an output pixel to see its nine products.
#
# **Task:** find a kernel whose output is 0 on flat parts and as blue as possible along the ridge that falls from the
# top of the roof to the right. After the comparison below, turn the kernel until the ridge fades.

# %% [markdown] lang="zh"
# ## 5 · 任意角度的边缘
#
# 到目前为止只有两个方向。对夹在中间的方向，可以取 Sobel 卷积核 $S_x$ 和它的转置 $S_y$ 的线性组合：$K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$。
#
# **先猜：** $\theta$ 为 30 度时，$K_\theta$ 对什么样的边缘响应最强？
#
# **动手：** 调节角度。0 度时，卷积核拿右边与左边比；90 度时，拿下边与上边比。把鼠标移到输出的某个像素上，就能看到它的九个乘积。
#
# **任务：** 找一个卷积核，使平坦处的输出为 0，而从屋顶最高处往右下延伸的那道屋脊整条都呈蓝色，越深越好。做完下面的比较，再转动卷积核，直到这道屋脊淡下去。


# %%
detail = photo[60:260, 150:450]


def oriented(degrees):
    angle = torch.deg2rad(torch.tensor(float(degrees)))
    return torch.cos(angle) * sobel_x + torch.sin(angle) * sobel_x.T


# %% [markdown] lang="en" slide="slide"
# ## Any angle: play
#
# $K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$

# %% [markdown] lang="zh" slide="slide"
# ## 任意角度：动手试
#
# $K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$

# %% tags=["explorer", "slide"]
from d2lutil.explorers import KernelStudio

studio = KernelStudio(detail[:, :256])
studio

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E to go into the explorer, Escape to come back. Turn the angle slowly. **Task for the class:** at which angle is the output largest on the ridge that falls to the right? At which angle does the ridge fade?
#
# **Ask** before the last half turn: what will you see after another 180 degrees? The same ridge, with all signs reversed.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入演示，按 Esc 回来。慢慢调节角度。**全班的任务：** 转到什么角度，往右下延伸的那道屋脊上的输出最大？转到什么角度它会淡下去？
#
# 转最后半圈之前**提问：** 再转 180 度会看到什么？还是那道屋脊，正负号全部反过来。

# %% [markdown] lang="en"
# The next cell compares mean outputs on a crop of the ridge, with all kernels scaled to let equally strong noise through:

# %% [markdown] lang="zh"
# 下面比较各个卷积核在屋脊的一个局部上的平均输出。为了公平，先缩放各个卷积核，使通过它们的噪声一样强：

# %%
ridge = detail[12:34, 85:110]


def on_the_ridge(kernel):
    return d2l.corr2d(ridge, same_noise(kernel)).mean().item()


best = max(range(0, 360, 5), key=lambda degrees: on_the_ridge(oriented(degrees)))
print(f"your kernel: {on_the_ridge(torch.tensor(studio.kernel)):.3f}")
# zh: print(f"你的卷积核：{on_the_ridge(torch.tensor(studio.kernel)):.3f}")
for degrees in (best, best - 90, best - 180):
    print(f"{degrees} degrees: {on_the_ridge(oriented(degrees)):.3f}")
    # zh: print(f"{degrees} 度：{on_the_ridge(oriented(degrees)):.3f}")

# %% [markdown] lang="en"
# The response is largest when the direction $\theta$ crosses the edge at (nearly) right angles towards the brighter side. A quarter turn back, the kernel compares pixels along the edge, and its
# output is almost 0.
#
# Two outputs are enough for all angles. $K_\theta$ is *by definition* a mixture of $S_x$ and $S_y$, and cross-correlation is linear in its kernel. So we can mix the outputs instead of the kernels:

# %% [markdown] lang="zh"
# 方向 $\theta$ 与边缘（近乎）垂直，并且指向较亮的一侧时，响应最大。往回转四分之一圈，卷积核比较的就是沿边缘方向前后的像素，输出几乎是 0。
#
# 有了两个输出，就有了所有角度的输出。按**定义**，$K_\theta$ 就是 $S_x$ 与 $S_y$ 的线性组合，而互相关对卷积核是线性的。
# 所以不必组合两个卷积核，组合两个输出就行：

# %%
Gx, Gy = d2l.corr2d(detail, sobel_x), d2l.corr2d(detail, sobel_x.T)
theta = torch.deg2rad(torch.tensor(30.0))
d2l.compare(d2l.corr2d(detail, oriented(30)), torch.cos(theta) * Gx + torch.sin(theta) * Gy)

# %% [markdown] lang="en"
# On a ramp that rises by 1 per pixel, Sobel's output is 8. So the pair $(G_x, G_y)$, divided by 8, estimates the **gradient** of the image: at every pixel an arrow to the brighter side,
# at right angles to the edge. (Rows are counted downwards, so 90 degrees point down.) The length of the arrow is the **gradient magnitude**:
#
# $$\text{magnitude} = \frac{1}{8}\sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$
#
# The figure shows the direction as a colour, dark where the magnitude is small:

# %% [markdown] lang="zh"
# 在每像素升高 1 的斜坡上，Sobel 输出 8。所以 $(G_x, G_y)$ 除以 8，就是对图像**梯度**（gradient）的估计。每个像素上的梯度是一个箭头，它指向较亮的一侧，与边缘垂直。
# （行是从上往下数的，所以 90 度指向下方。）箭头的长度叫做**梯度幅值**（magnitude）：
#
# $$\text{magnitude} = \frac{1}{8}\sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$
#
# （magnitude 即幅值，direction 即方向。）图中用颜色表示方向，幅值小的地方颜色较暗：

# %% [markdown] lang="en" slide="slide"
# ## Two outputs are enough
#
# $$\text{magnitude} = \frac{1}{8}\sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% [markdown] lang="zh" slide="slide"
# ## 两个输出就够了
#
# $$\text{magnitude} = \frac{1}{8}\sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% tags=["slide"]
d2l.show_gradient(Gx, Gy)

# %% [markdown] lang="en" slide="notes"
# **3 min.** $K_\theta$ is defined as a mixture, and cross-correlation is linear in the kernel: mix the outputs instead of the kernels. At every pixel, $(G_x, G_y)$ is an arrow that points to the brighter side. Colours are dark where the magnitude is small.
#
# **Ask:** which colours will the left and the right side of a dark post have? Rows are counted downwards, so 90 degrees point down.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** $K_\theta$ 的定义就是两者的线性组合，而互相关对卷积核是线性的：不必组合卷积核，组合输出就行。在每个像素上，$(G_x, G_y)$ 是一个箭头，指向较亮的一侧。幅值小的地方颜色较暗。
#
# **提问：** 一根深色的柱子，左右两侧各会是什么颜色？行是从上往下数的，所以 90 度指向下方。

# %% [markdown] lang="en"
# Is $K_\theta$ Sobel's kernel *rotated*? It would be exactly that if $S_x$ were the derivative of a Gaussian that is equally wide in all directions
# (Freeman and Adelson 1991 call such filters **steerable filters**). For Sobel's nine numbers, $K_\theta$ is an approximation.
#
# How good is it? Take an edge of known slope, and change one thing at a time: its *angle*, or its *offset* from the centre of the nearest pixel. Across the edge the brightness
# is the sigmoid $1 / (1 + e^{-x/w})$ of the signed distance $x$: the larger the **softness** $w$, the wider the edge. Scharr (2000) chose the weights 3, 10, 3 for a more accurate direction.

# %% [markdown] lang="zh"
# $K_\theta$ 是不是 Sobel 卷积核**旋转**的结果？如果 $S_x$ 是各向同性高斯函数的导数，那正好就是旋转
# （Freeman 和 Adelson 1991 年提出的**可操控滤波器**，steerable filters）。对 Sobel 的九个元素来说，$K_\theta$ 只是近似于旋转的结果。
#
# 这个近似有多准？取一条斜率已知的边缘，每次只改一样：要么改**角度**，要么改**偏移**，也就是边缘离最近的像素中心有多远。横穿边缘，亮度按 sigmoid 函数上升：
# 离边缘的距离（带正负号）为 $x$ 时，亮度是 $1 / (1 + e^{-x/w})$。**柔和程度**（softness）$w$ 越大，边缘就越宽。Scharr（2000）为了使梯度的方向更准确，选用了权重 3、10、3。


# %%
def measured_gradient(kernel, degrees, offset, softness):
    """In the middle of a 3x3 image of an edge: the magnitude divided by the exact slope, and the direction in degrees."""
    # zh: """一张 3×3 的边缘图像正中的梯度：幅值与准确斜率之比，以及方向（度）。"""
    angle, steps = math.radians(degrees), torch.arange(-1.0, 2.0)
    # How far each pixel lies from the edge.
    # zh: # 每个像素离边缘有多远。
    distance = math.cos(angle) * steps + math.sin(angle) * steps[:, None] - offset
    edge = torch.sigmoid(distance / softness)
    exact = edge[1, 1] * (1 - edge[1, 1]) / softness
    gx, gy = (edge * kernel).sum(), (edge * kernel.T).sum()
    magnitude = torch.hypot(gx, gy) / kernel.abs().sum()
    return (magnitude / exact).item(), math.degrees(math.atan2(gy, gx))


def limits(numbers):
    return f"{min(numbers):.1%} to {max(numbers):.1%}"
    # zh: return f"{min(numbers):.1%} 到 {max(numbers):.1%}"


# %% tags=["slide-answer"]
scharr_x = torch.tensor([[3.0], [10.0], [3.0]]) @ difference
for softness in (1, 0.5):
    print(f"Edge of softness {softness} px, gradient magnitude as a share of the exact slope:")
    # zh: print(f"边缘的柔和程度为 {softness} 像素，梯度幅值占准确斜率的比例：")
    for name, kernel in {"Sobel": sobel_x, "Scharr": scharr_x}.items():
        turned = [measured_gradient(kernel, degrees, 0, softness) for degrees in range(91)]
        shares = [share for share, _ in turned]
        error = max(abs(direction - degrees) for degrees, (_, direction) in enumerate(turned))
        moved = [measured_gradient(kernel, 0, k / 20, softness)[0] for k in range(-10, 11)]
        print(f"  {name}: {limits(shares)} over all angles, {limits(moved)} over all offsets;")
        # zh: print(f"  {name}：改变角度时 {limits(shares)}，改变偏移时 {limits(moved)}；")
        print(f"    the direction is wrong by at most {error:.1f} degrees")
        # zh: print(f"    方向的误差最大 {error:.1f} 度")

# %% [markdown] lang="en" slide="slide"
# ## Angle or offset?
#
# A straight edge; its slope is known. Change its *angle*, or its *offset* from the centre of the nearest pixel.
#
# **Predict:** which changes the gradient magnitude more?

# %% [markdown] lang="zh" slide="slide"
# ## 角度还是偏移？
#
# 一条笔直的边缘，斜率已知。改变它的**角度**，或者改变它离最近的像素中心的**偏移**。
#
# **先猜：** 哪一个对梯度幅值的影响更大？

# %% [markdown] lang="en" slide="notes"
# **2 min.** The softness says how wide the edge is. On the softer edge both changes matter little, and Scharr's direction is more accurate. On the sharper edge the magnitude is about a quarter too small at every angle, and the offset matters several times as much as the angle, with either kernel.
#
# **Expect:** "a better kernel will mend it". At angle 0 both kernels give half of right minus left, the average slope over two pixels. On the sharper edge this is less than the slope in the middle.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 柔和程度表示边缘有多宽。在较柔和的边缘上，两者的影响都很小，Scharr 的方向更准。在较锐利的边缘上，不论角度如何，幅值都小了约四分之一；不论哪个卷积核，偏移的影响都比角度大好几倍。
#
# **常见错误：** “换个更好的卷积核就行。”角度为 0 时，两个卷积核算的都是右减左的一半，即相距两个像素的两点之间的平均斜率。边缘锐利时，它比边缘正中的斜率小。

# %% [markdown] lang="en"
# With either kernel, the angle changes the magnitude by less than two per cent of the slope. The kernels differ in the direction: on the sharper edge, Sobel's is wrong by up to 1.2 degrees, Scharr's by up to 0.3.
#
# On that edge, however, the magnitude is about a quarter too small at every angle, and with the offset it varies from 76% to 87% of the slope at the pixel.
#
# <details><summary><b>Check yourself:</b> why does the offset have the same effect with both kernels, and why is the magnitude too small?</summary>
#
# At angle 0 both kernels compute half of right minus left, which is the average slope over two pixels. The sharper edge makes most of its rise within two pixels. So this average is smaller than the slope in the middle of the edge.
# </details>

# %% [markdown] lang="zh"
# 改变角度时，两个卷积核的幅值变化都不到斜率的百分之二。两者的差别在方向上：在较锐利的边缘上，Sobel 的方向最多差 1.2 度，Scharr 最多差 0.3 度。
#
# 不过在这条边缘上，不论角度如何，幅值都小了约四分之一；改变偏移时，它在该像素处斜率的 76% 到 87% 之间变化。
#
# <details><summary><b>自测：</b>偏移对两个卷积核的影响为什么一样？幅值又为什么偏小？</summary>
#
# 角度为 0 时，两个卷积核算的都是右减左的一半，也就是相距两个像素的两点之间的平均斜率。较锐利的边缘，亮度的上升大半集中在两个像素之内，所以这个平均值小于边缘正中的斜率。
# </details>

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> add 180 degrees to the angle of $K_\theta$. What happens to the output, and what to the gradient magnitude?</summary>
#
# Cosine and sine both change sign, so the kernel changes sign, and so does the output. The gradient magnitude is computed from $G_x$ and $G_y$, which do not depend on $\theta$, so it stays the same.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>把 $K_\theta$ 的角度加上 180 度，输出会怎样？梯度幅值呢？</summary>
#
# 余弦和正弦都变号，卷积核于是变号，输出也变号。梯度幅值是由 $G_x$ 和 $G_y$ 算出来的，与 $\theta$ 无关，所以不变。
# </details>

# %% [markdown] lang="en"
# ## 6 · Taking a kernel apart
#
# We *made* Sobel's kernel as a column times a row. So we can apply the column first, and then the row to its output.
#
# **Predict:** a $k\times k$ kernel without zeros costs $k^2$ multiplications per output. What do the column and the row cost together?

# %% [markdown] lang="zh"
# ## 6 · 把卷积核拆开
#
# Sobel 卷积核是我们用一列乘一行**构造**出来的。所以可以先用这一列作互相关，再对所得的输出用这一行。
#
# **先猜：** 用没有零元素的 $k\times k$ 卷积核，输出的每个元素要做 $k^2$ 次乘法。改用一列和一行，一共要多少次？

# %%
d2l.compare(d2l.corr2d(d2l.corr2d(detail, smooth), difference), Gx)

# %% [markdown] lang="en" slide="slide"
# ## Taking a kernel apart
#
# Sobel is a column times a row. First the column, then the row: the same result.
#
# **Predict:** a $k\times k$ kernel costs $k^2$ multiplications for each output. What do a column and a row cost together?

# %% [markdown] lang="zh" slide="slide"
# ## 把卷积核拆开
#
# Sobel 是一列乘一行。先用这一列，再用这一行：结果相同。
#
# **先猜：** $k\times k$ 的卷积核，每个输出要做 $k^2$ 次乘法。一列和一行一共要多少次？

# %% tags=["slide-answer"]
for k in (3, 5, 9, 15):
    print(f"{k}x{k}: {k * k} multiplications, column and row: {2 * k}")
    # zh: print(f"{k}×{k}：{k * k} 次乘法，一列加一行：{2 * k} 次")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Such kernels are *separable*: all their rows are multiples of one row, so the matrix has rank 1. **Ask:** is the Laplacian separable? (No: rank 2.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这样的卷积核叫**可分离**的：各行都是同一行的倍数，矩阵的秩为 1。**提问：** 拉普拉斯卷积核可分离吗？（不，秩是 2。）

# %% [markdown] lang="en"
# Such kernels are called **separable**: all their rows are multiples of one row, so the matrix has rank 1. The $5\times 5$ blur built from the binomial coefficients 1, 4, 6, 4, 1 is separable, too.
# It belongs to the family of kernels that Burt and Adelson (1983) used for image pyramids.

# %% [markdown] lang="zh"
# 这样的卷积核叫做**可分离**（separable）的：各行都是同一行的倍数，所以矩阵的秩为 1。由二项式系数 1、4、6、4、1 构造的 $5\times 5$ 模糊核也是可分离的，
# 它属于 Burt 和 Adelson（1983）构建图像金字塔时所用的一族卷积核。

# %%
binomial = torch.tensor([[1.0, 4.0, 6.0, 4.0, 1.0]]) / 16
for name, kernel in (gallery | {"binomial 5x5": binomial.T @ binomial}).items():
    # zh: for name, kernel in (gallery | {"二项式 5×5": binomial.T @ binomial}).items():
    print(f"{name}: rank {torch.linalg.matrix_rank(kernel)}")
    # zh: print(f"{name}：秩为 {torch.linalg.matrix_rank(kernel)}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> the Laplacian has rank 2. Can it be applied more cheaply all the same?</summary>
#
# Not this one, at least not by splitting it. Only five of its nine entries are not zero, so without the products with zero it costs five multiplications (counting those by 1). It is the sum of a second difference along the rows and one along the columns, and these two cost $3 + 3$
# multiplications. But every kernel of rank $m$ is a sum of $m$ separable kernels, and for a large kernel of low rank that saves a lot.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>拉普拉斯卷积核的秩是 2，还能算得更省吗？</summary>
#
# 拆开并不能使这一个更省。九个元素里只有五个不为零，不算与零的乘积，直接计算只要五次乘法（乘以 1 也算在内）；它是沿行与沿列的两个二阶差分之和，而这两个差分要做 $3 + 3$ 次乘法。
# 不过秩为 $m$ 的卷积核总能写成 $m$ 个可分离卷积核之和；卷积核很大、秩又低时，这样能省下很多。
# </details>

# %% [markdown] lang="en"
# ## 7 · An edge map
#
# A pencil drawing has thin lines. Canny (1986) obtained such lines in three steps. First, he used the derivative of a Gaussian of standard deviation $\sigma$ as a kernel.
# With our $\sigma = 1.5$, it smooths more than Sobel. It is separable, too:

# %% [markdown] lang="zh"
# ## 7 · 边缘图
#
# 铅笔画的线条很细。Canny（1986）分三步得到这样的细线。第一步，用标准差为 $\sigma$ 的高斯函数的导数作卷积核。
# 我们取 $\sigma = 1.5$，它的平滑作用比 Sobel 强。它也是可分离的：


# %%
def gaussian_and_slope(sigma):
    """Two rows of weights: a Gaussian, and one whose output is the derivative of the smoothed image along the width."""
    # zh: """两行权重：一行高斯权重；另一行的输出是平滑后的图像沿宽度方向的导数。"""
    half_width = math.ceil(3 * sigma)
    x = torch.arange(-half_width, half_width + 1.0)
    gaussian = torch.softmax(-(x**2) / (2 * sigma**2), dim=0)  # its sum is 1
    # zh: gaussian = torch.softmax(-(x**2) / (2 * sigma**2), dim=0)  # 各元素之和为 1
    return gaussian[None], (gaussian * x / sigma**2)[None]


# %%
gaussian, slope = gaussian_and_slope(sigma=1.5)
noisy_detail = noisy[60:260, 150:450]
Dx = d2l.corr2d(d2l.corr2d(noisy_detail, gaussian.T), slope)
Dy = d2l.corr2d(d2l.corr2d(noisy_detail, slope.T), gaussian)
magnitude = torch.hypot(Dx, Dy)
for name, kernel in {"Sobel / 8": sobel_x / 8, "this kernel": gaussian.T @ slope}.items():
    # zh: for name, kernel in {"Sobel / 8": sobel_x / 8, "这个卷积核": gaussian.T @ slope}.items():
    print(f"{name}: noise times {kernel.square().sum().sqrt():.3f}")
    # zh: print(f"{name}：噪声的倍数 {kernel.square().sum().sqrt():.3f}")

# %% [markdown] lang="en"
# Noise of standard deviation 0.1 leaves about 0.009 in each of `Dx` and `Dy`. Our threshold, 0.03, is more than three times as large.
#
# **Predict:** mark all pixels whose gradient magnitude is above the threshold. How thick are the lines?
#
# Second, **non-maximum suppression** keeps a pixel if its magnitude is larger than those of its two neighbours in the gradient's direction (here rounded to a multiple of 45 degrees):

# %% [markdown] lang="zh"
# 标准差为 0.1 的噪声，在 `Dx` 和 `Dy` 中各只剩下约 0.009。我们取 0.03 作为阈值，是它的三倍多。
#
# **先猜：** 把梯度幅值超过这个阈值的像素都标出来，线条会有多粗？
#
# 第二步，**非极大值抑制**（non-maximum suppression）：沿梯度方向（这里取最接近的 45 度的倍数）看前后两个邻居，只有幅值比它们都大的像素才留下：


# %%
def thinned(Dx, Dy):
    """The gradient magnitude where it is largest across the edge, and 0 elsewhere."""
    # zh: """在垂直于边缘的方向上，梯度幅值最大处保留，其余为 0。"""
    magnitude = torch.hypot(Dx, Dy)
    # The direction, rounded to 0, 45, 90 or 135 degrees.
    # zh: # 方向，取最接近的 0、45、90 或 135 度。
    sector = (torch.atan2(Dy, Dx) / (math.pi / 4)).round() % 4
    largest = torch.zeros_like(magnitude, dtype=torch.bool)
    for k, (down, right) in enumerate([(0, 1), (1, 1), (1, 0), (1, -1)]):
        # `roll` is circular: a pixel at the border is compared with one at the opposite border.
        # zh: # `roll` 是循环的：边界上的像素会与对边的像素相比。
        ahead = magnitude.roll((-down, -right), dims=(0, 1))
        behind = magnitude.roll((down, right), dims=(0, 1))
        largest |= (sector == k) & (magnitude > ahead) & (magnitude >= behind)
    return magnitude * largest


# %% [markdown] lang="en"
# Third, **hysteresis** uses two thresholds: a line begins at a pixel above the high threshold, and continues through neighbours above the low one:

# %% [markdown] lang="zh"
# 第三步，**滞后阈值**（hysteresis）用到两个阈值：线从超过高阈值的像素开始，只要相邻的像素超过低阈值，就一直延续下去：


# %%
def connected(weak, strong):
    """The weak pixels that are connected to a strong one."""
    # zh: """与强像素相连的弱像素。"""
    while True:
        # Spread each marked pixel to its eight neighbours (`F.max_pool2d`, chapter 07).
        # zh: # 把每个标出的像素扩展到它的八个邻居（`F.max_pool2d`，见第 07 章）。
        near = F.max_pool2d(strong[None].float(), kernel_size=3, stride=1, padding=1)[0] > 0
        grown = near & weak
        if grown.equal(strong):
            return strong
        strong = grown


# %% [markdown] lang="en" slide="slide"
# ## From gradients to an edge map
#
# Canny (1986): the derivative of a Gaussian, then two steps
#
# - **non-maximum suppression**: keep the largest magnitude across the edge
# - **hysteresis**: follow a line from strong pixels to weak ones
#
# **Predict:** how thick are the lines before these two steps?

# %% [markdown] lang="zh" slide="slide"
# ## 从梯度到边缘图
#
# Canny（1986）：高斯函数的导数，再加两步
#
# - **非极大值抑制**：在垂直于边缘的方向上，只留幅值最大的
# - **滞后阈值**：顺着一条线，从强像素走到弱像素
#
# **先猜：** 在这两步之前，线条有多粗？

# %% tags=["slide-answer"]
low, high = 0.03, 0.08
thin = thinned(Dx, Dy)
edge_map = connected(thin > low, thin > high)
stages = {"1: above 0.03": magnitude > low, "2: thinned": thin > low, "3: connected": edge_map}
# zh: stages = {"1：超过 0.03": magnitude > low, "2：细化": thin > low, "3：相连": edge_map}
d2l.show_images({name: 1 - stage[10:100, 55:180].float() for name, stage in stages.items()})

# %% [markdown] lang="en" slide="notes"
# **3 min.** The input is the *noisy* crop. Left: a threshold alone. Middle: only the largest magnitude across the edge. Right: only what is connected to a strong pixel.
#
# **Ask:** why two thresholds? With a single one, either faint parts of a line are lost or noise stays. **Expect:** "lines of one pixel". Before thinning they are several pixels wide, because the kernel smooths.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 输入是**加了噪声**的局部。左：只用一个阈值。中：在垂直于边缘的方向上，只留幅值最大的。右：只留与强像素相连的。
#
# **提问：** 为什么要两个阈值？只用一个，不是丢掉线上较淡的部分，就是留下噪声。**常见错误：** “线宽一个像素。”卷积核有平滑作用，所以细化之前线宽好几个像素。

# %%
for name, stage in stages.items():
    print(f"step {name}, {stage.float().mean():.0%} of the pixels marked")
    # zh: print(f"步骤 {name}，标出的像素占 {stage.float().mean():.0%}")

# %% [markdown] lang="en" slide="slide"
# ## A line drawing

# %% [markdown] lang="zh" slide="slide"
# ## 线描画

# %% tags=["slide"]
shown = {"crop with noise": noisy_detail[5:-5, 5:-5], "edge map": 1 - edge_map.float()}
# zh: shown = {"局部（加噪声）": noisy_detail[5:-5, 5:-5], "边缘图": 1 - edge_map.float()}
d2l.show_images(shown)

# %% [markdown] lang="en" slide="notes"
# **1 min.** Compare with the difference of the same noisy photograph in section 3. **Ask:** which lines would you have drawn, and which did the program leave out?

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 与第 3 节里同一张加了噪声的照片的差分相比。**提问：** 换成你来画，会画哪些线？程序漏了哪些？

# %% [markdown] lang="en"
# Non-maximum suppression leaves 9% of the pixels marked, instead of 26%, so the lines had been about three pixels thick on average. Hysteresis removes the isolated
# pixels of noise, but also faint lines: even without noise, 8% would become 5%. Change $\sigma$ and the thresholds, and watch the lines.
#
# <details><summary><b>Another method:</b> zero crossings of the Laplacian, and where they go wrong</summary>
#
# Marr and Hildreth (1980) marked where the Laplacian of a smoothed image changes sign. On a straight edge, that is where the edge is steepest. On the
# rim of a disc it is not. Take a soft disc: from the centre outwards, its brightness falls like a sigmoid of softness $w = 4$, steepest at the radius $R$. The next cell shows that the zero crossing
# lies outside this radius, by about $2w^2/R$ if $R$ is much larger than $w$.
#
# This is because the Laplacian of a disc is $f'' + f'/\rho$, where $f$ is the brightness at the distance $\rho$ from the centre. At $\rho = R$ the first term is 0. But the brightness still falls there, so the second term is negative.
# </details>

# %% [markdown] lang="zh"
# 非极大值抑制之后，标出的像素从 26% 降到 9%，可见原来的线条平均约有三个像素粗。滞后阈值去掉了由噪声造成的孤立像素，也去掉了较淡的线条：即使不加噪声，也会从 8% 降到 5%。
# 改一改 $\sigma$ 和阈值，看看线条怎样变。
#
# <details><summary><b>另一种办法：</b>拉普拉斯算子的过零点，以及它何时会偏</summary>
#
# Marr 和 Hildreth（1980）先平滑图像，再标出拉普拉斯算子的输出变号的地方。对笔直的边缘，变号处正是边缘最陡处。换成圆盘的边就不是了。
# 取一个边缘柔和的圆盘：从圆心往外，亮度按柔和程度 $w = 4$ 的 sigmoid 函数下降，在半径 $R$ 处最陡。下面的代码表明，过零点落在这个半径之外；$R$ 远大于 $w$ 时，大约外移 $2w^2/R$。
#
# 原因是，拉普拉斯算子作用在圆盘上，得 $f'' + f'/\rho$，其中 $f$ 是离圆心 $\rho$ 处的亮度。在 $\rho = R$ 处，第一项为 0；可是亮度在那里仍在下降，所以第二项是负的。
# </details>


# %%
def zero_crossing(radius, softness=4.0):
    """How far outside the circle of this radius the Laplacian of a soft disc is zero."""
    # zh: """拉普拉斯算子作用在柔和圆盘上，输出为零的地方在这个半径的圆外多远。"""
    x = torch.arange(radius + 20.0, dtype=torch.float64)
    distance = torch.hypot(x[:3, None] - 1, x)  # three rows through the middle of the disc
    # zh: distance = torch.hypot(x[:3, None] - 1, x)  # 穿过圆盘正中的三行
    output = d2l.corr2d(torch.sigmoid((radius - distance) / softness), laplacian)[0]
    k = int((output < 0).nonzero().max())
    return k + 1 + (output[k] / (output[k] - output[k + 1])).item() - radius


for radius in (20, 40, 80, 1000):
    outside = zero_crossing(radius)
    print(f"R = {radius}: {outside:.2f} pixels outside, 2w²/R = {32 / radius:.2f}")
    # zh: print(f"R = {radius}：向外偏 {outside:.2f} 像素，2w²/R = {32 / radius:.2f}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what would change in the edge map if the two thresholds were equal?</summary>
#
# Hysteresis would have nothing to do, because every weak pixel would be a strong one. With both thresholds at the high value, the lines break where they are faint.
# With both at the low value, more faint lines and isolated pixels of noise stay.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果两个阈值相等，边缘图会怎样？</summary>
#
# 滞后这一步就不起作用了，因为弱像素也就是强像素。都取高阈值，线条会在较淡的地方断开；都取低阈值，较淡的线条和由噪声造成的孤立像素就会留得更多。
# </details>

# %% [markdown] lang="en"
# ## Where this is used today
#
# OpenCV and scikit-image offer Sobel, Scharr and Canny ready-made. In a neural network, the kernels of the first layer are learned. Of the 96 kernels in AlexNet's first layer,
# many look like oriented edges and stripes, others like blobs of colour (Krizhevsky et al. 2012). Here are the first layers of four networks (torchvision's AlexNet is a later version):

# %% [markdown] lang="zh"
# ## 今天用在哪里
#
# OpenCV 和 scikit-image 里都有现成的 Sobel、Scharr 和 Canny。在神经网络里，第一层的卷积核是学出来的。AlexNet 第一层有 96 个卷积核，
# 许多像有朝向的边缘和条纹，另一些像一团团颜色（Krizhevsky 等，2012）。下面是四个网络的第一层（torchvision 的 AlexNet 是后来的版本）：

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# Krizhevsky et al. (2012): many of AlexNet's first kernels, learned from photographs, look like oriented edges.
#
# First layers:

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# Krizhevsky 等人（2012）：AlexNet 第一层的卷积核是从照片里学出来的，许多看上去就是有朝向的边缘。
#
# 各网络的第一层：

# %% tags=["slide"]
models = torchvision.models
with torch.device("meta"):  # shapes without numbers
    # zh: with torch.device("meta"):  # 只有形状，没有数
    nets = {"AlexNet": models.alexnet(), "ResNet-18": models.resnet18()}
    nets |= {"ConvNeXt-T": models.convnext_tiny(), "ViT-B/16": models.vit_b_16()}
for name, net in nets.items():
    first = next(layer for layer in net.modules() if isinstance(layer, torch.nn.Conv2d))
    number, (k_h, k_w), s = first.out_channels, first.kernel_size, first.stride[0]
    weights = first.weight.numel()
    print(f"{name}: {number} kernels of {k_h}x{k_w}, stride {s}, {weights:,} weights")
    # zh: print(f"{name}：{number} 个 {k_h}×{k_w} 的卷积核，步幅 {s}，{weights:,} 个权重")

# %% [markdown] lang="en" slide="notes"
# **1 min.** Nobody chose the numbers in these kernels: they are learned. **Ask:** what is special about the last two lines? Stride and kernel size are equal, so the image is cut into patches that do not overlap.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 这些卷积核里的数不是谁选的，是学出来的。**提问：** 最后两行有什么特别？步幅与卷积核一样大，所以图像被切成互不重叠的小块。

# %% [markdown] lang="en"
# Each kernel has a slice for each colour channel (chapter 06). The **stride** is how far the window moves from one output to the next (chapter 05). In AlexNet and ResNet the windows overlap.
# The newer ViT (Dosovitskiy et al. 2021) and ConvNeXt (Liu et al. 2022) cut the image into patches that do not overlap.

# %% [markdown] lang="zh"
# 每个卷积核对每个颜色通道各有一片权重（第 06 章）。**步幅**（stride）是窗口从一个输出到下一个输出移动的距离（第 05 章）。AlexNet 和 ResNet 的窗口互相重叠，
# 较新的 ViT（Dosovitskiy 等，2021）和 ConvNeXt（Liu 等，2022）则把图像切成互不重叠的小块。

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - an edge is a difference; its sign is a direction
# - smooth along the edge, subtract across it: Sobel
# - a kernel's sum is its output on an image that is 1 everywhere; its frequency response says what happens to finer patterns
# - two outputs give magnitude and direction
# - thin the lines, then follow them: an edge map

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 边缘就是差；正负号就是方向
# - 沿着边缘平滑，跨过边缘求差：Sobel
# - 卷积核各元素之和，就是它在处处为 1 的图像上的输出；更细的图案会怎样，看频率响应
# - 两个输出给出幅值和方向
# - 先细化，再跟踪：边缘图

# %% [markdown] lang="en" slide="notes"
# **2 min.** Come back to the cat: the edge map consists of lines like those you drew. **Ask:** who chose the nine numbers? People did. Next: a program learns them from examples (chapter 04). Set exercises 1 to 4 now, and the hard ones at home.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到那只猫：边缘图画出的，正是你画的那种线条。**提问：** 这九个数是谁选的？是人选的。下一步：让程序从样例中学出来（第 04 章）。现在布置练习 1 到 4，难的留作课后。

# %% tags=["exercises"]
exercises.ch03

# %% [markdown] lang="en"
# ## Summary
#
# To a program, an edge is a difference between neighbouring pixels. Nine numbers find it by smoothing along the edge and subtracting across it.
# One such kernel responds most to edges of one direction, and hardly at all to edges at right angles to them. Two give the gradient, and so estimate the magnitude and direction of any edge. A
# kernel's sum says what it does to flat parts, its frequency response what it does to finer patterns. Thinning and two thresholds turn the gradient into a line drawing.
#
# **Next:** who chooses the numbers? In chapter 04 a program learns them from examples.
#
# **Further reading**
# - Szeliski, [Computer Vision: Algorithms and Applications](https://szeliski.org/Book/), on filtering and edges.
# - Canny, [A Computational Approach to Edge Detection](https://doi.org/10.1109/TPAMI.1986.4767851) (1986); Marr and Hildreth, [Theory of Edge Detection](https://doi.org/10.1098/rspb.1980.0020) (1980).
# - Freeman and Adelson, [The Design and Use of Steerable Filters](https://doi.org/10.1109/34.93808) (1991); Scharr, [Optimale Operatoren in der Digitalen Bildverarbeitung](https://doi.org/10.11588/heidok.00000962) (2000, in German).
# - Burt and Adelson, [The Laplacian Pyramid as a Compact Image Code](https://doi.org/10.1109/TCOM.1983.1095851) (1983); Hubel and Wiesel, [Receptive fields of single neurones in the cat's striate cortex](https://doi.org/10.1113/jphysiol.1959.sp006308) (1959) and [Receptive fields, binocular interaction and functional architecture in the cat's visual cortex](https://doi.org/10.1113/jphysiol.1962.sp006837) (1962).
# - First layers: [AlexNet](https://doi.org/10.1145/3065386) (2012, reprinted 2017), [ResNet](https://arxiv.org/abs/1512.03385), [ViT](https://arxiv.org/abs/2010.11929), [ConvNeXt](https://arxiv.org/abs/2201.03545).
# - Sobel, [An Isotropic 3x3 Image Gradient Operator](https://www.researchgate.net/publication/239398674_An_Isotropic_3x3_Image_Gradient_Operator) (2014), on the talk of 1968.

# %% [markdown] lang="zh"
# ## 小结
#
# 对程序来说，边缘就是相邻像素之差。九个数能找到它，靠的是沿着边缘平滑、跨过边缘求差。这样的一个卷积核对一种朝向的边缘响应最强，对与之垂直的边缘则几乎没有响应；
# 两个合起来就给出梯度，也就能估计任何边缘的幅值和方向。平坦处会怎样，看卷积核各元素之和；更细的图案会怎样，看频率响应。
# 再加上细化和两个阈值，梯度就成了线描画。
#
# **下一步：** 这些数由谁来定？第 04 章让程序自己从样例中学出来。
#
# **延伸阅读**
# - Szeliski：[Computer Vision: Algorithms and Applications](https://szeliski.org/Book/)，其中讲滤波与边缘的部分。
# - Canny：[A Computational Approach to Edge Detection](https://doi.org/10.1109/TPAMI.1986.4767851)（1986）；Marr、Hildreth：[Theory of Edge Detection](https://doi.org/10.1098/rspb.1980.0020)（1980）。
# - Freeman、Adelson：[The Design and Use of Steerable Filters](https://doi.org/10.1109/34.93808)（1991）；Scharr：[Optimale Operatoren in der Digitalen Bildverarbeitung](https://doi.org/10.11588/heidok.00000962)（2000，德文）。
# - Burt、Adelson：[The Laplacian Pyramid as a Compact Image Code](https://doi.org/10.1109/TCOM.1983.1095851)（1983）；Hubel、Wiesel：[Receptive fields of single neurones in the cat's striate cortex](https://doi.org/10.1113/jphysiol.1959.sp006308)（1959）和 [Receptive fields, binocular interaction and functional architecture in the cat's visual cortex](https://doi.org/10.1113/jphysiol.1962.sp006837)（1962）。
# - 各网络的第一层：[AlexNet](https://doi.org/10.1145/3065386)（2012，2017 年重印）、[ResNet](https://arxiv.org/abs/1512.03385)、[ViT](https://arxiv.org/abs/2010.11929)、[ConvNeXt](https://arxiv.org/abs/2201.03545)。
# - Sobel：[An Isotropic 3x3 Image Gradient Operator](https://www.researchgate.net/publication/239398674_An_Isotropic_3x3_Image_Gradient_Operator)（2014），讲 1968 年的那次报告。
