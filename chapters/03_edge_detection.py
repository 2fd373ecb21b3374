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
# *Draw a cat with ten pencil lines, and everybody recognises it. Colour and shading are gone; only edges are left. What
# is an edge to a program, and how can nine numbers find edges in a photograph?*
#
# **In this chapter you will**
# - build the simplest edge detector, and say what it responds to and what it misses;
# - measure how noise disturbs it, and repair it with the Sobel kernel;
# - read a kernel's sum and frequency response;
# - find magnitude and direction of edges at any angle;
# - turn a photograph into a line drawing.
#
# **Time:** about 35 minutes to read and run, 95 more for the exercises. **You need:** chapter 02.

# %% [markdown] lang="zh"
# # 03 边缘检测
#
# **用铅笔画上十来条线，谁都认得出那是一只猫。颜色没了，明暗也没了，留下的只有边缘。
# 对程序来说，边缘是什么？区区九个数，怎么就能在照片里把边缘找出来？**
#
# **学完本章，你将能够**
# - 搭出最简单的边缘检测器，说清它对什么有响应、会漏掉什么；
# - 测量噪声对它的干扰，并用 Sobel 卷积核来补救；
# - 读懂卷积核的和与频率响应；
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

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · An edge is a difference
#
# What is an edge in numbers? In this image white is 1 and black is 0, and the four columns in the middle are black. The kernel
# `[[1, -1]]` takes a pixel and subtracts the pixel to its right. (In the figure blue is positive, red negative and white zero.)
#
# **Predict:** where is the output zero, where is it not, and with which sign? How many columns does it have?

# %% [markdown] lang="zh"
# ## 1 · 边缘就是差
#
# 写成数，边缘是什么样子？下面这张图像里，白是 1，黑是 0，中间四列是黑的。卷积核 `[[1, -1]]` 取一个像素，
# 减去它右边的像素。（图中蓝色为正，红色为负，白色为零。）
#
# **先猜：** 输出在哪里为零，在哪里不为零，正负号如何？输出有几列？

# %% [markdown] lang="en" slide="slide"
# ## The simplest edge
#
# `K = [[1, -1]]`: a pixel minus the pixel to its right
#
# **Predict:** where is the output zero? Where is it not, and with which sign?

# %% [markdown] lang="zh" slide="slide"
# ## 最简单的边缘
#
# `K = [[1, -1]]`：一个像素减去它右边的像素
#
# **先猜：** 输出在哪里为零？在哪里不为零，正负号如何？

# %%
X = torch.ones(6, 8)
X[:, 2:6] = 0
K = torch.tensor([[1.0, -1.0]])

# %% tags=["slide-answer"]
Y = d2l.corr2d(X, K)
d2l.show_grids(X=X, K=K, Y=Y)

# %% [markdown] lang="en" slide="notes"
# **4 min.** Draw one row on the board: 1 1 0 0 0 0 1 1. Let everybody write down the output before you press the key.
#
# **Ask:** how many columns does the output have? (7: chapter 02.) **Expect:** a minus at the first edge, because "it gets darker". Let them compute 1 − 0.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上写出一行：1 1 0 0 0 0 1 1。按键之前，让每个人先写下自己的输出。
#
# **提问：** 输出有几列？（7 列，见第 02 章。）**常见错误：** 以为第一条边缘是负的，因为“变暗了”。让他们算一算 1 − 0。

# %%
print(f"row 0 of Y: {Y[0].tolist()}, shape of Y: {tuple(Y.shape)}")
# zh: print(f"Y 的第 0 行：{Y[0].tolist()}，Y 的形状：{tuple(Y.shape)}")

# %% [markdown] lang="en"
# The output is zero wherever two neighbours are equal. Going right, it is **positive** where white turns into black and
# **negative** where black turns into white. So its absolute value is the size of the change, and its sign the direction.
#
# A change from one sample to the next is called a **finite difference**, here along the width (axis 1):
#
# $$Y_{i,j} = X_{i,j} - X_{i,j+1}$$
#
# Both sides have the same row index $i$: this kernel compares no pixel with one above or below it.

# %% [markdown] lang="zh"
# 左右两个像素相等的地方，输出都是零。从左往右走，由白变黑处为**正**，由黑变白处为**负**。
# 可见绝对值就是变化的大小，正负号就是变化的方向。
#
# 相邻两个样本之差叫做**有限差分**（finite difference），这里是沿宽度方向（轴 1）取的：
#
# $$Y_{i,j} = X_{i,j} - X_{i,j+1}$$
#
# 等号两边的行号都是 $i$：这个卷积核不拿任何像素与它上面或下面的像素相比。

# %% [markdown] lang="en" slide="slide"
# ## The sign is the direction
#
# - going right, white to black: **positive**
# - black to white: **negative**
# - neighbours equal: **zero**
#
# **Predict:** exchange black and white in the image. What happens to the output?

# %% [markdown] lang="zh" slide="slide"
# ## 正负号就是方向
#
# - 从左往右，由白变黑：**正**
# - 由黑变白：**负**
# - 左右相等：**零**
#
# **先猜：** 把图像的黑与白对调，输出会怎样？

# %% [markdown] lang="en" slide="fragment"
# Every sign changes, the zeros stay: $(1-a)-(1-b) = b-a$.

# %% [markdown] lang="zh" slide="fragment"
# 符号全部反过来，零还是零：$(1-a)-(1-b) = b-a$。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Give it its name: a finite difference along the width (axis 1).
#
# **Expect:** some take the sign for the size of the change. The absolute value is the size, the sign is the direction.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 点出它的名字：沿宽度方向（轴 1）的有限差分。
#
# **常见错误：** 把正负号当成变化的大小。大小看绝对值，正负号说的是方向。

# %%
d2l.compare(Y, X[:, :-1] - X[:, 1:])

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> exchange black and white in the image. What happens to the output?</summary>
#
# Every sign changes: where the image went from white to black it now goes from black to white. The zeros stay. In symbols: $(1 - a) - (1 - b) = b - a$.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>把图像的黑与白对调，输出会怎样？</summary>
#
# 每个符号都反过来：原来由白到黑的地方，现在由黑到白。零还是零。写成式子：$(1 - a) - (1 - b) = b - a$。
# </details>

# %% [markdown] lang="en"
# ## 2 · One kernel, one direction
#
# Transpose the image, that is, reflect it in its main diagonal. Its two edges are as sharp as before, but now run from left to right.
#
# **Predict:** what is the output of the same kernel?

# %% [markdown] lang="zh"
# ## 2 · 一个卷积核，一个方向
#
# 把图像转置，也就是沿主对角线翻转。两条边缘和原来一样清楚，只是现在从左走到右。
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
# 把图像转置，两条边缘和原来一样清楚。
#
# **先猜：** 同一个卷积核会输出什么？

# %% tags=["slide-answer"]
d2l.show_grids({"X.T": X.T, "Y": d2l.corr2d(X.T, K)})

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** who expects the old output, transposed? Most do. **Answer:** zeros everywhere: along a horizontal edge, left and right are equal. The transposed kernel responds to this image, and not to the first one.
#
# Then ask about a diagonal edge: both kernels respond. Keep that for *any angle*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 谁认为输出就是原来的输出转置一下？多数人会举手。**答案：** 处处为零：沿着水平的边缘，左右总是相等。转置后的卷积核对这张图像有响应，对第一张却没有。
#
# 再问斜的边缘：两个卷积核都有响应。这一点留到讲**任意角度**时再用。

# %% [markdown] lang="en"
# Every element is zero, because along a horizontal edge left and right are equal. The transposed kernel compares above with
# below: it responds to the transposed image, but not to `X`. To a diagonal edge both respond:

# %% [markdown] lang="zh"
# 每个元素都是零，因为沿着水平的边缘，左右总是相等。转置后的卷积核比较的是上下：它对转置后的图像有响应，对 `X` 却没有。
# 对斜的边缘，两个卷积核都有响应：

# %%
images = {"X": X, "X.T": X.T, "diagonal edge": torch.ones(8, 8).tril()}
# zh: images = {"X": X, "X.T": X.T, "斜边缘": torch.ones(8, 8).tril()}
for name, image in images.items():
    by_K, by_KT = (d2l.corr2d(image, kernel).count_nonzero() for kernel in (K, K.T))
    print(f"{name}: {by_K} non-zero outputs with K, {by_KT} with K.T")
    # zh: print(f"{name}：用 K 有 {by_K} 个非零输出，用 K.T 有 {by_KT} 个")

# %% [markdown] lang="en"
# Hubel and Wiesel (1962) found neurons in the cat's visual cortex that respond to bars or edges of one orientation, and hardly
# to others.
#
# <details><summary><b>Check yourself:</b> why do both kernels respond to a diagonal edge?</summary>
#
# You cross it when you go right, and you cross it when you go down. Section 5 computes the angle of an edge from the two outputs.
# </details>

# %% [markdown] lang="zh"
# Hubel 和 Wiesel（1962）在猫的视觉皮层中发现了这样的神经元：只对某一个朝向的线条或边缘有反应，对别的朝向几乎没有。
#
# <details><summary><b>自测：</b>为什么两个卷积核对斜边缘都有响应？</summary>
#
# 向右走会穿过它，向下走也会穿过它。第 5 节就从这两个输出算出边缘的角度。
# </details>

# %% [markdown] lang="en"
# ## 3 · Noise, and the Sobel kernel
#
# Does this work on a photograph? We take a small crop, so that the figure shows every pixel as a block:

# %% [markdown] lang="zh"
# ## 3 · 噪声与 Sobel 卷积核
#
# 换成照片还行吗？我们裁出一小块，这样图中每个像素都显示成单独的一小块：

# %%
photo = d2l.photo("china", gray=True)
porch = photo[180:250, 200:320]
# (In a figure that is scaled down, neighbouring outputs of opposite sign would cancel.)
# zh: # （如果缩小了显示，符号相反的相邻输出就会互相抵消。）
d2l.show_images({"photo": photo, "crop": porch})
# zh: d2l.show_images({"照片": photo, "裁剪": porch})

# %% [markdown] lang="en" slide="slide"
# ## On a photograph

# %% [markdown] lang="zh" slide="slide"
# ## 放到照片上

# %% tags=["slide"]
maps = {"left - right": d2l.corr2d(porch, K), "above - below": d2l.corr2d(porch, K.T)}
# zh: maps = {"左 - 右": d2l.corr2d(porch, K), "上 - 下": d2l.corr2d(porch, K.T)}
d2l.show_images(maps, signed=True)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Blue is positive, red is negative, white is zero. **Ask:** which map shows the posts, which the ledge? Let them point before you say it. Why is the ledge red above and blue below? (Going down it gets brighter, then darker.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 蓝为正，红为负，白为零。**提问：** 哪一张显出柱子，哪一张显出横檐？先让他们指出来，你再说。横檐为什么上边红、下边蓝？（往下走，先变亮，再变暗。）

# %% [markdown] lang="en"
# The left map shows posts and window frames. The right map shows the eaves and the bright ledge: red where it begins (going down,
# it gets brighter), blue where it ends.
#
# Now add **noise** to each pixel: a random number from a normal distribution with mean 0 and standard deviation 0.1, a tenth of the
# range from black to white.
#
# **Predict:** which suffers more, the image or its edges?

# %% [markdown] lang="zh"
# 左图显出柱子和窗框，右图显出屋檐和那道明亮的横檐：横檐的上边是红的（往下走变亮了），下边是蓝的。
#
# 现在加上**噪声**（noise）：给每个像素各加一个随机数，取自均值为 0、标准差为 0.1 的正态分布。这个标准差是黑白之差的十分之一。
#
# **先猜：** 图像和边缘，哪个受害更重？

# %% [markdown] lang="en" slide="slide"
# ## A little noise
#
# Noise on every pixel; its standard deviation is a tenth of the range from black to white.
#
# **Predict:** which suffers more, the image or its edges?

# %% [markdown] lang="zh" slide="slide"
# ## 加一点噪声
#
# 每个像素都带上噪声，标准差是黑白之差的十分之一。
#
# **先猜：** 图像和边缘，哪个受害更重？

# %% tags=["slide-answer"]
torch.manual_seed(0)
noise = 0.1 * torch.randn_like(photo)
noisy = photo + noise
noisy_porch = noisy[180:250, 200:320]
shown = {"noisy": noisy_porch, "|left - right|": d2l.corr2d(noisy_porch, K).abs()}
# zh: shown = {"加了噪声": noisy_porch, "|左 - 右|": d2l.corr2d(noisy_porch, K).abs()}
d2l.show_images(shown)

# %% [markdown] lang="en" slide="notes"
# **2 min.** The image is still recognisable, of its edges only the strongest are. **Why?** The difference keeps all of the noise and loses most of the image, whose neighbouring pixels are nearly equal.
#
# **Ask:** how could more pixels help? Steer towards: average *along* the edge, subtract *across* it.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 图像还认得出，边缘只剩最强的几道。**为什么？** 相减时噪声一点没少，图像却因相邻像素差不多而所剩无几。
#
# **提问：** 多用几个像素能有什么帮助？把讨论引向：**沿着**边缘取平均，**横跨**边缘取差。

# %% [markdown] lang="en"
# Of the edges, only the strongest are still recognisable. The standard deviations show why:

# %% [markdown] lang="zh"
# 图像还认得出，边缘却只剩最强的几道。看一看标准差就知道原因：

# %%
print(f"standard deviation before: photo {photo.std():.2f}, noise {noise.std():.2f}")
# zh: print(f"相减之前的标准差：照片 {photo.std():.2f}，噪声 {noise.std():.2f}")
photo_after, noise_after = d2l.corr2d(photo, K).std(), d2l.corr2d(noise, K).std()
print(f"standard deviation after:  photo {photo_after:.2f}, noise {noise_after:.2f}")
# zh: print(f"相减之后的标准差：照片 {photo_after:.2f}，噪声 {noise_after:.2f}")

# %% [markdown] lang="en"
# The difference makes the noise larger, but leaves only a third of the photograph, whose neighbouring pixels are nearly equal.
#
# The remedy is to smooth *along* the edge and subtract *across* it. The **Sobel** kernel, from a talk by Sobel and Feldman
# in 1968, weights three rows by the **binomial** coefficients 1, 2, 1 and subtracts the left column from the right one:

# %% [markdown] lang="zh"
# 相减之后噪声反而更大，照片却只剩三分之一，因为它的相邻像素差不多相等。
#
# 补救的办法是**沿着**边缘平滑，**横跨**边缘取差。**Sobel** 卷积核出自 Sobel 和 Feldman 1968 年的一次报告：
# 以**二项式**（binomial）系数 1、2、1 为权重把三行加起来，再用右边的列减去左边的列：

# %% [markdown] lang="en" slide="slide"
# ## Sobel: average along, subtract across

# %% [markdown] lang="zh" slide="slide"
# ## Sobel：沿着取平均，横跨取差

# %% tags=["slide"]
smooth, difference = torch.tensor([[1.0], [2.0], [1.0]]), torch.tensor([[-1.0, 0.0, 1.0]])
sobel_x = smooth @ difference
d2l.show_grids({"smooth": smooth, "difference": difference, "Sobel": sobel_x})
# zh: d2l.show_grids({"平滑": smooth, "取差": difference, "Sobel": sobel_x})

# %% [markdown] lang="en" slide="fragment"
# On a ramp that rises by 1 a column, `[-1 1]` and Sobel / 8 both give 1. The noise: times $\sqrt{2} \approx 1.41$ with the first, $\sqrt{12}/8 \approx 0.43$ with the second.

# %% [markdown] lang="zh" slide="fragment"
# 在每列升高 1 的斜坡上，`[-1 1]` 和 Sobel / 8 都输出 1。噪声的倍数：前者是 $\sqrt{2} \approx 1.41$，后者是 $\sqrt{12}/8 \approx 0.43$。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** why must we divide by 8 before we compare? (Otherwise a kernel could "win" by a factor.) The variances of independent noise add.
#
# **Expect:** "so a wider kernel is always better". It lets less noise through, but merges edges that lie close together.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 比较之前为什么要先除以 8？（不然乘上一个倍数就能取胜。）互相独立的噪声，方差相加。
#
# **常见错误：** “那么卷积核越宽越好。”更宽的卷积核放过的噪声更少，却会把靠得近的边缘并成一条。

# %% [markdown] lang="en"
# For a fair comparison we scale each kernel to give 1 on a ramp that rises by 1 a column ($-K$ counts rising as positive):

# %% [markdown] lang="zh"
# 为了公平，我们让各个卷积核在每列升高 1 的斜坡上都输出 1（用 $-K$，好让上升为正），再作比较：

# %%
ramp = torch.arange(8.0).repeat(4, 1)
detectors = {"[-1 1]": -K, "[-1 0 1] / 2": difference / 2, "Sobel / 8": sobel_x / 8}
for name, kernel in detectors.items():
    on_ramp = d2l.corr2d(ramp, kernel)[0, 0]
    measured = d2l.corr2d(noise, kernel).std() / noise.std()
    formula = kernel.square().sum().sqrt()
    print(f"{name}: ramp {on_ramp:.0f}, noise times {measured:.2f}, formula {formula:.2f}")
    # zh: print(f"{name}：斜坡上为 {on_ramp:.0f}，噪声的倍数 {measured:.2f}，公式给出 {formula:.2f}")

# %% [markdown] lang="en"
# The variances of independent noise add, so its standard deviation is multiplied by the root of the sum of the squared entries. The
# wider difference halves this factor; the smoothing multiplies it by another $\sqrt{3/8} \approx 0.61$. Wider kernels let even less noise
# through, but merge edges that lie close together.

# %% [markdown] lang="zh"
# 互相独立的噪声，方差相加，所以标准差要乘以各数平方和的平方根。隔一列取差，使这个倍数减半；再加上平滑，又乘以 $\sqrt{3/8} \approx 0.61$。
# 更宽的卷积核放过的噪声还会更少，但靠得近的边缘会并成一条。

# %%
names = ("[-1 1]", "Sobel / 8")
d2l.show_images({name: d2l.corr2d(noisy_porch, detectors[name]) for name in names}, signed=True)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> <code>[-1 0 1] / 2</code> takes a difference of two pixels as well. Why does it let only half as much noise through as <code>[-1 1]</code>?</summary>
#
# Its pixels are two columns apart, where a ramp has risen by 2. So its entries may be half as large, and these entries multiply the noise.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b><code>[-1 0 1] / 2</code> 也是两个像素之差，为什么它放过的噪声只有 <code>[-1 1]</code> 的一半？</summary>
#
# 它的两个像素相隔两列，斜坡在那里已经升高了 2。所以各数可以小一半，而噪声正是乘以这些数。
# </details>

# %% [markdown] lang="en"
# ## 4 · The sum and the frequency response
#
# **Predict:** on a wall of one brightness every pixel is 0.5. What is the output of each of these kernels?

# %% [markdown] lang="zh"
# ## 4 · 卷积核的和与频率响应
#
# **先猜：** 一面单色的墙，每个像素都是 0.5。下面这些卷积核在墙上各输出多少？

# %% [markdown] lang="en" slide="slide"
# ## A wall of one colour
#
# Every pixel is 0.5. **Predict:** what is the output of each kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 一面单色的墙
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
# **The sum of a kernel is its output on an image of ones.** Blur, sharpen, emboss: 0.5. Laplacian, Sobel: 0.

# %% [markdown] lang="zh" slide="fragment"
# **卷积核各数之和，就是它在处处为一的图像上的输出。** 模糊、锐化、浮雕：0.5。拉普拉斯、Sobel：0。

# %% [markdown] lang="en" slide="notes"
# **3 min.** One glance is enough if one looks for the right thing: the sum. Give them half a minute of silence.
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
# **The sum of a kernel is its output on an image of ones.** With sum 1, flat parts keep their brightness. With sum 0, flat parts become
# 0 and only changes are left. Here are three of the kernels on each colour of a photograph:

# %% [markdown] lang="zh"
# **卷积核各数之和，就是它在一张处处为一的图像上的输出。** 和为 1，平坦处的亮度不变；和为 0，平坦处输出为 0，留下的只有变化。
# 下面把其中三个用在照片的每种颜色上：

# %%
flower = d2l.photo("flower")[:, 100:300, 200:500]


def on_colours(image, kernel):
    # Beside an edge, sharpening goes below 0 and above 1: the edge looks crisper.
    # zh: # 锐化在边缘旁边会低于 0、高于 1，边缘看起来就更利落。
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
# **1 min.** Cover the titles: which image is blurred, sharpened, embossed? **Ask:** why does the sharpened one look crisp? Beside an edge its output overshoots: darker than black, brighter than white.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 先不看标题：哪张是模糊，哪张是锐化，哪张是浮雕？**提问：** 锐化的为什么显得利落？紧挨着边缘的地方，它的输出会冲过头，比黑还黑，比白还白。

# %% [markdown] lang="en"
# The opposite of a wall is the finest pattern that an image can hold: columns alternately black and white.
#
# **Predict:** what do `[-1 1]`, Sobel, the blur and the binomial `[1 2 1] / 4` make of such stripes?

# %% [markdown] lang="zh"
# 与墙相反的极端，是图像所能容纳的最细的花纹：一列黑、一列白，交替排列。
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
# The blur exchanges black and white: its first window is centred on a white column, and its output is the darker one.
#
# All other patterns lie between wall and stripes. A sinusoid comes out as a sinusoid of the same frequency, multiplied by a factor and
# shifted. Factor and shift depend on the frequency; together they are the kernel's **frequency response**. The factor alone is its
# **gain**. At frequency 0 it is the absolute value of the sum (**DC gain**); the stripes have the highest frequency, half a cycle a
# pixel. A Fourier transform gives all gains at once:

# %% [markdown] lang="zh"
# 模糊核把黑白对调了：它的第一个窗口以白列为中心，输出却是较暗的那个。
#
# 其余的花纹都介于墙和条纹之间。输入是正弦波，输出就是同样频率的正弦波，只是乘了一个倍数，又移动了一段。
# 倍数和移动量都随频率而变，合称卷积核的**频率响应**（frequency response）；单说倍数，就是**增益**（gain）。
# 频率为 0 时，增益等于各数之和的绝对值（**直流增益**，DC gain）；条纹的频率最高，是每像素半个周期。作一次傅里叶变换，就能得到全部增益：

# %% [markdown] lang="en" slide="slide"
# ## Fine stripes
#
# Columns alternately black and white: half a cycle a pixel.
#
# **Predict:** which of these kernels responds most, which not at all? `[-1 1]`, Sobel / 8, blur, `[1 2 1] / 4`

# %% [markdown] lang="zh" slide="slide"
# ## 细条纹
#
# 一列黑、一列白：每像素半个周期。
#
# **先猜：** 哪个卷积核响应最强，哪个毫无响应？`[-1 1]`、Sobel / 8、模糊、`[1 2 1] / 4`

# %% tags=["slide-answer"]
# In an image that does not change along its height, only the sums of the kernel's columns matter.
# zh: # 图像沿高度方向不变时，起作用的只是卷积核各列的和。
spectra = {name: torch.fft.rfft(kernel.sum(dim=0), n=64) for name, kernel in filters.items()}
gains = {name: values.abs() for name, values in spectra.items()}
frequencies = torch.arange(33) / 64
d2l.show_curves(gains, xlabel="cycles per pixel", ylabel="gain", x=frequencies)
# zh: d2l.show_curves(gains, xlabel="每像素的周期数", ylabel="增益", x=frequencies)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the figure at both ends. Left end: the sum of the kernel. Right end: the stripes. **Ask:** where is the image, where is the noise? A photograph is mostly low frequencies, white noise is the same at all.
#
# **Expect:** "blur removes the stripes". Let them compute one window, 0 1 0: a third. The next one gives two thirds: black and white are exchanged.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先看图的两端。左端：卷积核的和。右端：条纹。**提问：** 图像在哪一段，噪声在哪一段？照片以低频为主，白噪声在各个频率上都一样。
#
# **常见错误：** “模糊会抹掉条纹。”让他们算一个窗口，0 1 0：三分之一。下一个是三分之二：黑白对调了。

# %% [markdown] lang="en"
# This explains section 3. A photograph is mostly low frequencies, while this noise is equally strong at all of them (**white noise**). The plain
# difference has its largest gain where there is little image; Sobel's gain falls back to 0 there.
#
# In two dimensions, too, **circular** cross-correlation (each border continues with the opposite one) multiplies every coefficient
# of the discrete Fourier transform (DFT) by a number: the DFT diagonalises it.

# %% [markdown] lang="zh"
# 第 3 节的结果由此得到解释。照片以低频为主，而这种噪声在各个频率上一样强（**白噪声**，white noise）。简单差分在图像很少的频率上增益最大；
# Sobel 的增益在那里又回到 0。
#
# 二维的情形也一样。**循环**（circular）互相关在每条边界之外接着对面的边界继续；它把离散傅里叶变换（DFT）的每个系数各乘以一个数，
# 也就是说，DFT 把它对角化了。

# %%
detail = photo[60:260, 150:450]
# Conjugate, because this is cross-correlation and not convolution.
# zh: # 取共轭，因为这里算的是互相关，不是卷积。
spectrum = torch.fft.rfft2(detail) * torch.fft.rfft2(sobel_x, s=detail.shape).conj()
by_fourier = torch.fft.irfft2(spectrum, s=detail.shape)
continued = F.pad(detail[None, None], (0, 2, 0, 2), mode="circular")
d2l.compare(by_fourier, F.conv2d(continued, sobel_x[None, None])[0, 0])

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> take the kernel that changes nothing (1 in the middle, 0 elsewhere) and subtract the blur from it. What is its sum, and what does it leave of a photograph?</summary>
#
# The sum is $1 - 1 = 0$, so a wall becomes 0. What is left is what the blur takes away: the fine detail, that is, the high frequencies. Add that detail
# to the image, and you have sharpened it.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>取“什么都不改”的卷积核（正中是 1，其余是 0），减去模糊核。各数之和是多少？照片经过它还剩下什么？</summary>
#
# 和是 $1 - 1 = 0$，所以墙面变成 0。剩下的正是模糊会抹掉的东西：细节，也就是高频。把这些细节加回图像上，图像就锐化了。
# </details>

# %% [markdown] lang="en"
# ## 5 · Edges at any angle
#
# **Predict:** mix Sobel's kernel $S_x$ and its transpose $S_y$: $K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$. To which edges does $K_\theta$ respond most strongly at 30 degrees?
#
# **Play:** move the angle. At 0 the kernel compares right with left, at 90 below with above. Point at the output: nine products appear.
#
# **Task:** find a kernel that gives 0 on flat parts, and is as strongly blue as possible along the ridge that falls from the
# top of the roof to the right. Then turn it until the ridge fades.

# %% [markdown] lang="zh"
# ## 5 · 任意角度的边缘
#
# **先猜：** 把 Sobel 卷积核 $S_x$ 和它的转置 $S_y$ 混合起来：$K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$。30 度时，$K_\theta$ 对什么样的边缘响应最强？
#
# **动手：** 转动角度。0 度时卷积核拿右边与左边比，90 度时拿下边与上边比。指向输出，就能看到九个乘积。
#
# **任务：** 找一个卷积核，它在平坦处输出 0，而从屋顶尖往右下斜的那道屋脊整条都呈蓝色，越强越好。然后再转动它，直到这道屋脊淡下去。


# %%
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
# **5 min.** Press E to go into the explorer, Escape to come back. Turn the angle slowly. **Task for the class:** at which angle is the output on the ridge that falls to the right largest? At which does the ridge fade?
#
# **Ask** before the last quarter turn: what will you see 180 degrees further? The same ridge, with all signs reversed.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入演示，按 Esc 回来。慢慢转动角度。**全班的任务：** 转到什么角度，往右下斜的那道屋脊上的输出最大？转到什么角度它会淡下去？
#
# 转最后四分之一圈之前**提问：** 再转 180 度会看到什么？还是那道屋脊，正负号全部反过来。

# %% [markdown] lang="en"
# Compare mean outputs on a crop of the ridge (each kernel is divided by its noise factor):

# %% [markdown] lang="zh"
# 下面是屋脊上一小块的平均输出；为了公平，每个卷积核都除以它放大噪声的倍数：

# %%
ridge = detail[12:34, 85:110]


def on_the_ridge(kernel):
    return d2l.corr2d(ridge, kernel / kernel.square().sum().sqrt()).mean().item()


best = max(range(0, 360, 5), key=lambda degrees: on_the_ridge(oriented(degrees)))
print(f"your kernel: {on_the_ridge(torch.tensor(studio.kernel)):.3f}")
# zh: print(f"你的卷积核：{on_the_ridge(torch.tensor(studio.kernel)):.3f}")
for degrees in (best, best - 90, best - 180):
    print(f"{degrees} degrees: {on_the_ridge(oriented(degrees)):.3f}")
    # zh: print(f"{degrees} 度：{on_the_ridge(oriented(degrees)):.3f}")

# %% [markdown] lang="en"
# The response is largest where the direction $\theta$ crosses the edge at right angles. A quarter turn further the kernel compares pixels along the edge.
#
# Two outputs are enough for all angles: we *defined* $K_\theta$ as a mixture, and cross-correlation is linear in its kernel, so mixing the kernels
# and mixing the outputs gives the same.

# %% [markdown] lang="zh"
# 方向 $\theta$ 与边缘垂直时，响应最大。再转四分之一圈，卷积核比较的就是边缘方向上的前后两个像素了。
#
# 有了两个输出，就有了所有角度的输出：$K_\theta$ **定义**成了两者的混合，而互相关对卷积核是线性的，所以混合卷积核与混合输出，结果一样。

# %%
Gx, Gy = d2l.corr2d(detail, sobel_x), d2l.corr2d(detail, sobel_x.T)
theta = torch.deg2rad(torch.tensor(30.0))
d2l.compare(d2l.corr2d(detail, oriented(30)), torch.cos(theta) * Gx + torch.sin(theta) * Gy)

# %% [markdown] lang="en"
# Divided by 8, the pair $(G_x, G_y)$ estimates the **gradient** of the image: at every pixel an arrow to the brighter side,
# at right angles to the edge. (Rows are counted downwards, so 90 degrees point down.) Its length is the **gradient magnitude**:
#
# $$\text{magnitude} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% [markdown] lang="zh"
# $(G_x, G_y)$ 除以 8，就是对图像**梯度**（gradient）的估计：每个像素上有一支箭头，指向较亮的一侧，与边缘垂直。
# （行是从上往下数的，所以 90 度指向下方。）箭头的长度叫做**梯度幅值**（magnitude）：
#
# $$\text{magnitude} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$
#
# （magnitude 即幅值，direction 即方向。）

# %% [markdown] lang="en" slide="slide"
# ## Two outputs are enough
#
# $$\text{magnitude} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% [markdown] lang="zh" slide="slide"
# ## 两个输出就够了
#
# $$\text{magnitude} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% tags=["slide"]
d2l.show_gradient(Gx, Gy)

# %% [markdown] lang="en" slide="notes"
# **3 min.** $K_\theta$ is defined as a mixture, and cross-correlation is linear in the kernel: mix the outputs instead of the kernels. At every pixel, $(G_x, G_y)$ is an arrow towards the brighter side.
#
# **Ask:** which colours will the left and the right side of a dark post have? Rows are counted downwards, so 90 degrees point down.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** $K_\theta$ 定义成两者的混合，而互相关对卷积核是线性的：与其混合卷积核，不如混合输出。在每个像素上，$(G_x, G_y)$ 是一支箭头，指向变亮的一侧。
#
# **提问：** 一根深色的柱子，左右两侧各会是什么颜色？行是从上往下数的，所以 90 度指向下方。

# %% [markdown] lang="en"
# Is $K_\theta$ Sobel's kernel *rotated*? For the derivative of a Gaussian that is equally wide in all directions it is, exactly
# (Freeman and Adelson 1991: **steerable filters**). For Sobel's nine numbers it is an approximation. How good is it? Take an edge of known slope and
# change one thing at a time: its *angle*, or its *offset* between two pixels. Scharr (2000) weights by 3, 10, 3 to make the angle matter less.

# %% [markdown] lang="zh"
# $K_\theta$ 是不是 Sobel 卷积核**旋转**的结果？对高斯函数的导数，只要这个高斯函数在各个方向上一样宽，正好就是
# （Freeman 和 Adelson 1991 年提出的**可操控滤波器**，steerable filters）。Sobel 的九个数只是近似。近似得有多好？取一条斜率已知的边缘，
# 每次只改一样：要么改**角度**，要么改**偏移**，也就是边缘落在两个像素之间的什么地方。Scharr（2000）以 3、10、3 为权重，好让角度的影响小一些。


# %%
def relative_magnitude(kernel, degrees, offset, softness):
    """Gradient magnitude in the middle of a 3x3 image of an edge, divided by the edge's exact slope."""
    # zh: """在一张 3×3 的边缘图像的正中，梯度幅值与边缘的准确斜率之比。"""
    angle, steps = math.radians(degrees), torch.arange(-1.0, 2.0)
    # How far each pixel lies from the edge.
    # zh: # 每个像素离边缘有多远。
    distance = math.cos(angle) * steps + math.sin(angle) * steps[:, None] - offset
    edge = torch.sigmoid(distance / softness)
    slope = edge[1, 1] * (1 - edge[1, 1]) / softness
    gx, gy = (edge * kernel).sum(), (edge * kernel.T).sum()
    return (torch.hypot(gx, gy) / kernel.abs().sum() / slope).item()


def variation(numbers):
    return (max(numbers) - min(numbers)) / (sum(numbers) / len(numbers))


# %% tags=["slide-answer"]
scharr_x = torch.tensor([[3.0], [10.0], [3.0]]) @ difference
for softness in (2, 1, 0.5):
    print(f"softness {softness} pixels: the magnitude varies")
    # zh: print(f"边缘的柔和程度为 {softness} 像素时，幅值的变化：")
    for name, kernel in {"Sobel": sobel_x, "Scharr": scharr_x}.items():
        angles = [relative_magnitude(kernel, degrees, 0, softness) for degrees in range(91)]
        offsets = [relative_magnitude(kernel, 0, k / 20, softness) for k in range(-10, 11)]
        by_angle, by_offset = variation(angles), variation(offsets)
        print(f"  {name}: {by_angle:.1%} with the angle, {by_offset:.1%} with the offset")
        # zh: print(f"  {name}：随角度变化 {by_angle:.1%}，随偏移变化 {by_offset:.1%}")

# %% [markdown] lang="en" slide="slide"
# ## Angle or offset?
#
# A straight edge; its slope is known. Change its *angle*, or its *offset* between two pixels.
#
# **Predict:** which changes the gradient magnitude more?

# %% [markdown] lang="zh" slide="slide"
# ## 角度还是偏移？
#
# 一条笔直的边缘，斜率已知。改变它的**角度**，或者改变它在两个像素之间的**偏移**。
#
# **先猜：** 哪一个对梯度幅值的影响更大？

# %% [markdown] lang="en" slide="notes"
# **2 min.** Softness is the width of the edge in pixels. Soft edges: both matter little, and Scharr is better. The sharpest edge: the offset matters several times as much, with either kernel.
#
# **Expect:** "a better kernel will mend it". At angle 0 both kernels give half of right minus left. The edge rises too fast for a difference over two pixels.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 柔和程度就是边缘有几个像素宽。边缘柔和时，两者的影响都很小，Scharr 更好。边缘最锐利时，不论哪个卷积核，偏移的影响都大好几倍。
#
# **常见错误：** “换个更好的卷积核就行。”角度为 0 时，两个卷积核算的都是右减左的一半。边缘升得太快，跨两个像素的差跟不上。

# %% [markdown] lang="en"
# On these edges the angle changes Sobel's magnitude by at most 2.3%, and Scharr's by less. On the sharpest edge the offset changes it by 13.4%, with
# either kernel: at angle 0 both compute half of right minus left. This error comes from sampling: the edge rises within about two pixels, too fast for a difference
# over two pixels.

# %% [markdown] lang="zh"
# 对这几条边缘，角度使 Sobel 的幅值最多变化 2.3%，Scharr 变得更少。边缘最锐利时，偏移使它变化 13.4%，两个卷积核都一样：角度为 0 时，它们算的都是右减左的一半。
# 这个误差来自采样：边缘在大约两个像素之内就升完了，跨两个像素的差跟不上。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> turn the angle of $K_\theta$ by 180 degrees. What happens to the output, and what to the gradient magnitude?</summary>
#
# Cosine and sine both change their sign, so the kernel does, and so does the output. The magnitude is computed from $G_x$ and $G_y$, which do not depend on $\theta$: it stays as it is.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>把 $K_\theta$ 的角度再转 180 度，输出会怎样？梯度幅值呢？</summary>
#
# 余弦和正弦都变号，卷积核于是变号，输出也变号。幅值是由 $G_x$ 和 $G_y$ 算出来的，与 $\theta$ 无关，所以不变。
# </details>

# %% [markdown] lang="en"
# ## 6 · Taking a kernel apart
#
# We *made* Sobel's kernel as a column times a row. So we can apply the column first, and then the row.
#
# **Predict:** a $k\times k$ kernel costs $k^2$ multiplications for each element of the output. What do column and row cost together?

# %% [markdown] lang="zh"
# ## 6 · 把卷积核拆开
#
# Sobel 是我们用一列乘一行**造**出来的。所以可以先用这一列，再用这一行。
#
# **先猜：** 用 $k\times k$ 的卷积核，输出的每个元素要做 $k^2$ 次乘法。改用一列加一行，一共要多少次？

# %%
d2l.compare(d2l.corr2d(d2l.corr2d(detail, smooth), difference), Gx)

# %% [markdown] lang="en" slide="slide"
# ## Taking a kernel apart
#
# Sobel is a column times a row. First the column, then the row: the same result.
#
# **Predict:** $k\times k$ costs $k^2$ multiplications for each output. And column plus row?

# %% [markdown] lang="zh" slide="slide"
# ## 把卷积核拆开
#
# Sobel 是一列乘一行。先用这一列，再用这一行：结果相同。
#
# **先猜：** $k\times k$ 的卷积核，每个输出要做 $k^2$ 次乘法。一列加一行呢？

# %% tags=["slide-answer"]
for k in (3, 5, 9, 15):
    print(f"{k}x{k}: {k * k} multiplications, column and row: {2 * k}")
    # zh: print(f"{k}×{k}：{k * k} 次乘法，一列加一行：{2 * k} 次")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Such kernels are *separable*: all rows are multiples of one row, the matrix has rank 1. **Ask:** is the Laplacian separable? (No: rank 2.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这样的卷积核叫**可分离**的：各行都是同一行的倍数，矩阵的秩为 1。**提问：** 拉普拉斯可分离吗？（不，秩是 2。）

# %% [markdown] lang="en"
# Such kernels are called **separable**: all rows are multiples of one row, so the matrix has rank 1. So is the $5\times 5$ blur made of the binomial row 1, 4, 6, 4, 1,
# of the family that Burt and Adelson (1983) used for image pyramids.

# %% [markdown] lang="zh"
# 这样的卷积核叫做**可分离**（separable）的：各行都是同一行的倍数，所以矩阵的秩为 1。由二项式的一行 1、4、6、4、1 造出来的 $5\times 5$ 模糊核也是，
# 它属于 Burt 和 Adelson（1983）建图像金字塔用的那一族卷积核。

# %%
binomial = torch.tensor([[1.0, 4.0, 6.0, 4.0, 1.0]]) / 16
for name, kernel in (gallery | {"binomial 5x5": binomial.T @ binomial}).items():
    # zh: for name, kernel in (gallery | {"二项式 5×5": binomial.T @ binomial}).items():
    print(f"{name}: rank {torch.linalg.matrix_rank(kernel)}")
    # zh: print(f"{name}：秩为 {torch.linalg.matrix_rank(kernel)}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> the Laplacian has rank 2. Can it still be made cheaper?</summary>
#
# Not this one: only five of its nine entries are not zero, and nothing can be saved. But a kernel of rank $r$ is a sum of $r$
# separable ones (the Laplacian is the sum of a second difference along the rows and one along the columns), and for large kernels of
# low rank that saves a lot.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>拉普拉斯卷积核的秩是 2，还能算得更省吗？</summary>
#
# 这一个不能：九个数里只有五个不为零，没有什么可省。不过秩为 $r$ 的卷积核总能写成 $r$ 个可分离卷积核之和
# （拉普拉斯就是沿行与沿列的两个二阶差分之和）；对又大、秩又低的卷积核，这样能省下很多。
# </details>

# %% [markdown] lang="en"
# ## 7 · An edge map
#
# A pencil drawing has thin lines. Canny (1986) got them in three steps. First, the derivative of a Gaussian of standard deviation
# $\sigma$, which smooths more than Sobel. It is separable, too:

# %% [markdown] lang="zh"
# ## 7 · 边缘图
#
# 铅笔画的线条很细。Canny（1986）分三步得到这样的线条。第一步，用高斯函数的导数（标准差为 $\sigma$），它比 Sobel 平滑得更多，也是可分离的：


# %%
def gaussian_and_slope(sigma):
    """A Gaussian as a row, and a row that computes its derivative along the width."""
    # zh: """写成一行的高斯函数，以及沿宽度方向求其导数的一行。"""
    half_width = math.ceil(3 * sigma)
    x = torch.arange(-half_width, half_width + 1.0)
    gaussian = torch.softmax(-(x**2) / (2 * sigma**2), dim=0)  # its sum is 1
    # zh: gaussian = torch.softmax(-(x**2) / (2 * sigma**2), dim=0)  # 各数之和为 1
    return gaussian[None], (gaussian * x / sigma**2)[None]


# %%
gaussian, slope = gaussian_and_slope(sigma=1.5)
noisy_detail = noisy[60:260, 150:450]
Dx = d2l.corr2d(d2l.corr2d(noisy_detail, gaussian.T), slope)
Dy = d2l.corr2d(d2l.corr2d(noisy_detail, slope.T), gaussian)
magnitude = torch.hypot(Dx, Dy)

# %% [markdown] lang="en"
# **Predict:** mark all pixels whose gradient magnitude is above a threshold. How thick are the lines?
#
# Second, **non-maximum suppression** keeps a pixel if its magnitude is larger than that of its two neighbours in the gradient's direction:

# %% [markdown] lang="zh"
# **先猜：** 把梯度幅值超过某个阈值的像素都标出来，线条会有多粗？
#
# 第二步，**非极大值抑制**（non-maximum suppression）：沿梯度方向看前后两个邻居，只有幅值比它们都大的像素才留下：


# %%
def thinned(Dx, Dy):
    """The gradient magnitude where it is largest across the edge, 0 elsewhere (borders meet: roll is circular)."""
    # zh: """横跨边缘看，幅值最大处保留幅值，其余为 0（roll 是循环的，所以左右、上下边界相接）。"""
    magnitude = torch.hypot(Dx, Dy)
    sector = (torch.atan2(Dy, Dx) / (math.pi / 4)).round() % 4  # 0, 45, 90 or 135 degrees
    # zh: sector = (torch.atan2(Dy, Dx) / (math.pi / 4)).round() % 4  # 0、45、90 或 135 度
    largest = torch.zeros_like(magnitude, dtype=torch.bool)
    for k, (down, right) in enumerate([(0, 1), (1, 1), (1, 0), (1, -1)]):
        ahead = magnitude.roll((-down, -right), dims=(0, 1))
        behind = magnitude.roll((down, right), dims=(0, 1))
        largest |= (sector == k) & (magnitude > ahead) & (magnitude >= behind)
    return magnitude * largest


# %% [markdown] lang="en"
# Third, **hysteresis**: a line begins above a high threshold, and goes on through neighbours above a low one:

# %% [markdown] lang="zh"
# 第三步，**滞后阈值**（hysteresis）：线从超过高阈值的像素开始，只要邻居超过低阈值，就一直延续下去：


# %%
def connected(weak, strong):
    """The weak pixels that are connected with a strong one."""
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
# Canny (1986): derivative of a Gaussian, then two steps
#
# - **non-maximum suppression**: keep the largest across the edge
# - **hysteresis**: follow a line from strong to weak
#
# **Predict:** how thick are the lines before the first step?

# %% [markdown] lang="zh" slide="slide"
# ## 从梯度到边缘图
#
# Canny（1986）：高斯函数的导数，再加两步
#
# - **非极大值抑制**：横跨边缘，只留最大的
# - **滞后阈值**：顺着一条线，从强走到弱
#
# **先猜：** 第一步之前，线条有多粗？

# %% tags=["slide-answer"]
low, high = 0.03, 0.08
thin = thinned(Dx, Dy)
edge_map = connected(thin > low, thin > high)
stages = {"1: gradient": magnitude > low, "2: thinned": thin > low, "3: connected": edge_map}
# zh: stages = {"1：梯度": magnitude > low, "2：细化": thin > low, "3：相连": edge_map}
d2l.show_images({name: 1 - stage[10:100, 55:180].float() for name, stage in stages.items()})

# %% [markdown] lang="en" slide="notes"
# **3 min.** The input is the *noisy* crop. Left: a threshold alone. Middle: only the largest magnitude across the edge. Right: only what is connected with a strong pixel.
#
# **Ask:** why two thresholds? With one, either faint parts of a line are lost or noise stays. **Expect:** "lines of one pixel": the smoothing makes them several pixels wide.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 输入是**加了噪声**的那一块。左：只用一个阈值。中：横跨边缘只留幅值最大的。右：只留与强像素相连的。
#
# **提问：** 为什么要两个阈值？只用一个，不是丢掉线上较淡的部分，就是留下噪声。**常见错误：** “线宽一个像素。”平滑会把它们变成好几个像素宽。

# %%
for name, stage in stages.items():
    print(f"step {name}, {stage.float().mean():.0%} of the pixels marked")
    # zh: print(f"步骤 {name}，标出的像素占 {stage.float().mean():.0%}")

# %% [markdown] lang="en" slide="slide"
# ## A line drawing

# %% [markdown] lang="zh" slide="slide"
# ## 线描画

# %% tags=["slide"]
shown = {"noisy crop": noisy_detail[5:-5, 5:-5], "edge map": 1 - edge_map.float()}
# zh: shown = {"加了噪声的裁剪": noisy_detail[5:-5, 5:-5], "边缘图": 1 - edge_map.float()}
d2l.show_images(shown)

# %% [markdown] lang="en" slide="notes"
# **1 min.** Compare with section 3's difference of the same noisy photograph. **Ask:** which lines would you have drawn, and which did the program leave out?

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 与第 3 节里同一张加了噪声的照片的差分相比。**提问：** 换成你来画，会画哪些线？程序漏了哪些？

# %% [markdown] lang="en"
# Change $\sigma$ and the two thresholds, and watch the lines.
#
# Marr and Hildreth (1980) instead marked where the Laplacian of a smoothed image changes its sign. On a straight edge, that is where the edge is steepest. On a
# soft disc of radius $R$ it is not (the brightness falls like a sigmoid of softness $w = 2$, steepest at $R$):

# %% [markdown] lang="zh"
# 改一改 $\sigma$ 和两个阈值，看看线条怎样变。
#
# Marr 和 Hildreth（1980）的办法不同：先平滑，再标出拉普拉斯变号的地方。对笔直的边缘，变号处正是边缘最陡处。对半径为 $R$ 的柔和圆盘就不是了
# （亮度按 sigmoid 函数下降，柔和程度 $w = 2$，在 $R$ 处最陡）：


# %%
def zero_crossing(radius, softness=2.0):
    """How far outside the radius the Laplacian of a soft disc is zero."""
    # zh: """柔和圆盘的拉普拉斯在半径之外多远处为零。"""
    x = torch.arange(radius + 20.0, dtype=torch.float64)
    distance = torch.hypot(x[:3, None] - 1, x)  # three rows through the middle of the disc
    # zh: distance = torch.hypot(x[:3, None] - 1, x)  # 穿过圆盘正中的三行
    output = d2l.corr2d(torch.sigmoid((radius - distance) / softness), laplacian)[0]
    k = int((output < 0).nonzero().max())
    return k + 1 + (output[k] / (output[k] - output[k + 1])).item() - radius


for radius in (10, 20, 40, 1000):
    print(f"R = {radius}: {zero_crossing(radius):.2f} pixels outside, 2w²/R = {8 / radius:.2f}")
    # zh: print(f"R = {radius}：向外偏 {zero_crossing(radius):.2f} 像素，2w²/R = {8 / radius:.2f}")

# %% [markdown] lang="en"
# The zero crossing lies outside, for this disc by about $2w^2/R$.
#
# <details><summary><b>Check yourself:</b> what would change in the edge map if the two thresholds were equal?</summary>
#
# Hysteresis would have nothing to do: every weak pixel would be a strong one. With both at the high threshold the lines break where they are faint;
# with both at the low one, more isolated pixels of noise stay.
# </details>

# %% [markdown] lang="zh"
# 过零点落在圆外；对这个圆盘，大约外移 $2w^2/R$。
#
# <details><summary><b>自测：</b>如果两个阈值相等，边缘图会怎样？</summary>
#
# 滞后这一步就不起作用了：弱像素也就是强像素。都取高阈值，线条会在较淡的地方断开；都取低阈值，留下的孤立噪声像素就更多。
# </details>

# %% [markdown] lang="en"
# ## Where this is used today
#
# OpenCV and scikit-image offer Sobel, Scharr and Canny ready-made. In networks the first kernels are learned. Of the 96 in AlexNet's first layer
# many look like oriented edges and stripes, others like blobs of colour (Krizhevsky et al. 2012). Other networks begin like this (torchvision's AlexNet is a later version):

# %% [markdown] lang="zh"
# ## 今天用在哪里
#
# OpenCV 和 scikit-image 里都有现成的 Sobel、Scharr 和 Canny。在网络里，第一层的卷积核是学出来的。AlexNet 第一层有 96 个卷积核，
# 许多像有朝向的边缘和条纹，另一些像一团团颜色（Krizhevsky 等，2012）。别的网络是这样开头的（torchvision 的 AlexNet 是后来的版本）：

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
# **1 min.** Nobody chose these kernels: training did. **Ask:** what is special in the last two lines? Stride and kernel size are equal: the image is cut into patches that do not overlap.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 这些卷积核不是谁选的，是训练出来的。**提问：** 最后两行有什么特别？步幅与卷积核一样大：图像被切成互不重叠的小块。

# %% [markdown] lang="en"
# Each kernel has a slice for each colour (chapter 06); the **stride** is the window's step (chapter 05). AlexNet's and ResNet's windows overlap. The newer ViT (Dosovitskiy et al. 2021) and
# ConvNeXt (Liu et al. 2022) cut the image into patches that don't.

# %% [markdown] lang="zh"
# 每个卷积核都是一种颜色一片（第 06 章）；**步幅**（stride）是窗口每次移动的距离（第 05 章）。AlexNet 和 ResNet 的窗口互相重叠，
# 较新的 ViT（Dosovitskiy 等，2021）和 ConvNeXt（Liu 等，2022）把图像切成互不重叠的小块。

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - an edge is a difference; its sign is a direction
# - smooth along the edge, subtract across it: Sobel
# - the sum of a kernel is its output on ones; its frequency response says the rest
# - two outputs give magnitude and direction
# - thin, then follow: an edge map

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 边缘就是差；正负号就是方向
# - 沿着边缘平滑，横跨边缘取差：Sobel
# - 卷积核的和，就是它在处处为一的图像上的输出；其余的看频率响应
# - 两个输出给出幅值和方向
# - 先细化，再跟踪：边缘图

# %% [markdown] lang="en" slide="notes"
# **2 min.** Come back to the cat: the edge map draws what you drew. **Ask:** who chose the nine numbers? People did, over decades. Next: let examples choose them (chapter 04). Set exercises 1 to 4 now, and the hard ones at home.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到那只猫：边缘图画出的，正是你画的那种线条。**提问：** 这九个数是谁选的？是人，花了几十年。下一步：让例子来选（第 04 章）。现在布置练习 1 到 4，难的留作课后。

# %% tags=["exercises"]
exercises.ch03

# %% [markdown] lang="en"
# ## Summary
#
# To a program an edge is a difference between neighbouring pixels. Nine numbers find it by smoothing along the edge and subtracting across it.
# One such kernel responds to changes in one direction; two give the gradient, and so an estimate of magnitude and direction at any angle. A
# kernel's sum and frequency response say what it does to flat parts and finer patterns. Thinning and two thresholds turn the gradient into a drawing.
#
# **Next:** who chooses the numbers? In chapter 04 the machine finds them from examples.
#
# **Further reading**
# - Szeliski, [Computer Vision: Algorithms and Applications](https://szeliski.org/Book/), on filtering and edges.
# - Canny, [A Computational Approach to Edge Detection](https://doi.org/10.1109/TPAMI.1986.4767851) (1986); Marr and Hildreth, [Theory of Edge Detection](https://doi.org/10.1098/rspb.1980.0020) (1980).
# - Freeman and Adelson, [The Design and Use of Steerable Filters](https://doi.org/10.1109/34.93808) (1991); Scharr, [Optimale Operatoren in der Digitalen Bildverarbeitung](https://doi.org/10.11588/heidok.00000962) (2000, in German).
# - Burt and Adelson, [The Laplacian Pyramid as a Compact Image Code](https://doi.org/10.1109/TCOM.1983.1095851) (1983); Hubel and Wiesel, [Receptive fields, binocular interaction and functional architecture in the cat's visual cortex](https://doi.org/10.1113/jphysiol.1962.sp006837) (1962).
# - First layers: [AlexNet](https://doi.org/10.1145/3065386) (2012, reprinted 2017), [ResNet](https://arxiv.org/abs/1512.03385), [ViT](https://arxiv.org/abs/2010.11929), [ConvNeXt](https://arxiv.org/abs/2201.03545).
# - Sobel, [An Isotropic 3x3 Image Gradient Operator](https://www.researchgate.net/publication/239398674_An_Isotropic_3x3_Image_Gradient_Operator) (2014), on the talk of 1968.

# %% [markdown] lang="zh"
# ## 小结
#
# 对程序来说，边缘就是相邻像素之差。九个数能找到它，靠的是沿着边缘平滑、横跨边缘取差。一个这样的卷积核只对一个方向上的变化有响应；
# 两个合起来就给出梯度，也就能估计任意角度的边缘的幅值和方向。平坦处会怎样，看卷积核的和；更细的花纹会怎样，看频率响应。
# 再加上细化和两个阈值，梯度就成了线描画。
#
# **下一步：** 该用哪些数，由谁来定？第 04 章让机器从例子里自己去找。
#
# **延伸阅读**
# - Szeliski：[Computer Vision: Algorithms and Applications](https://szeliski.org/Book/)，其中讲滤波与边缘的部分。
# - Canny：[A Computational Approach to Edge Detection](https://doi.org/10.1109/TPAMI.1986.4767851)（1986）；Marr、Hildreth：[Theory of Edge Detection](https://doi.org/10.1098/rspb.1980.0020)（1980）。
# - Freeman、Adelson：[The Design and Use of Steerable Filters](https://doi.org/10.1109/34.93808)（1991）；Scharr：[Optimale Operatoren in der Digitalen Bildverarbeitung](https://doi.org/10.11588/heidok.00000962)（2000，德文）。
# - Burt、Adelson：[The Laplacian Pyramid as a Compact Image Code](https://doi.org/10.1109/TCOM.1983.1095851)（1983）；Hubel、Wiesel：[Receptive fields, binocular interaction and functional architecture in the cat's visual cortex](https://doi.org/10.1113/jphysiol.1962.sp006837)（1962）。
# - 各网络的第一层：[AlexNet](https://doi.org/10.1145/3065386)（2012，2017 年重印）、[ResNet](https://arxiv.org/abs/1512.03385)、[ViT](https://arxiv.org/abs/2010.11929)、[ConvNeXt](https://arxiv.org/abs/2201.03545)。
# - Sobel：[An Isotropic 3x3 Image Gradient Operator](https://www.researchgate.net/publication/239398674_An_Isotropic_3x3_Image_Gradient_Operator)（2014），讲 1968 年那次报告的来历。
