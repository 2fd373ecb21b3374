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
# *Draw a cat with ten lines of a pencil, and everybody sees a cat. The colours are gone, the shading is gone; what is left are
# the edges. What is an edge to a program, and how can nine numbers find edges in a photograph?*
#
# **In this chapter you will**
# - build the simplest edge detector and say exactly what it can and cannot see;
# - read the sign of its answer;
# - look at photographs through Sobel, Laplacian, blurring, sharpening and embossing kernels;
# - turn an edge detector to any angle, and get the strength and the direction of every edge;
# - make kernels cheaper by taking them apart.
#
# **Time:** about 35 minutes to read and run, 90 more for the exercises. **You need:** chapter 02.

# %% [markdown] lang="zh"
# # 03 边缘检测
#
# *用铅笔画上十来条线，谁都看得出那是一只猫。颜色没了，明暗也没了，留下的只有边缘。
# 对程序来说，边缘是什么？区区九个数，怎么就能在照片里把边缘找出来？*
#
# **学完本章，你将能够**
# - 搭出最简单的边缘检测器，并准确说出它看得见什么、看不见什么；
# - 读懂它输出的正负号；
# - 透过 Sobel、拉普拉斯、模糊、锐化、浮雕等卷积核观察照片；
# - 把边缘检测器转到任意角度，得到每条边缘的强度和方向；
# - 把卷积核拆开，让计算更省。
#
# **所需时间：** 阅读并运行约 35 分钟，练习另需 90 分钟。**预备知识：** 第 02 章。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Before you say anything, draw a cat with ten strokes on the board. Ask: *what did I leave out, and why do you still see a cat?* Collect: colour, shading. What is left are the edges.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先什么都不说，在黑板上用十来笔画一只猫。然后问：*我省掉了什么？为什么你们还认得出来？* 大家会说：颜色、明暗。剩下的就是边缘。

# %%
import torch

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · The simplest edge
#
# A picture of six rows and eight columns: white is 1, black is 0, and four columns in the middle are black. The kernel has
# one row and two columns: it takes a cell and subtracts its right neighbour. (In the drawing below, colour marks the sign: blue is
# plus, red is minus, and zero stays white. Go by the numbers.)
#
# **Predict:** where is the answer zero, where is it not, and which sign does it have? How many columns has the output?

# %% [markdown] lang="zh"
# ## 1 · 最简单的边缘
#
# 一张六行八列的图像：白是 1，黑是 0，中间四列是黑的。卷积核只有一行两列：取一格，减去它右边的邻居。
# （下图中的颜色表示正负：蓝为正，红为负，零为白。请以数字为准。）
#
# **先猜：** 输出在哪里为零，在哪里不为零，正负号如何？输出有几列？

# %% [markdown] lang="en" slide="slide"
# ## The simplest edge
#
# `K = [[1, -1]]`: a cell minus its right neighbour
#
# **Predict:** where is the answer zero? Where is it not, and with which sign?

# %% [markdown] lang="zh" slide="slide"
# ## 最简单的边缘
#
# `K = [[1, -1]]`：一格减去它右边的邻居
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
# **4 min.** Draw one row on the board: 1 1 0 0 0 0 1 1. Everybody writes down the answer before you press the key.
#
# **Ask:** how many columns has the output? (7: chapter 02.) **Expect:** minus at the first edge, because "it gets darker". Let them compute 1 − 0.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上写出一行：1 1 0 0 0 0 1 1。按键之前，让每个人先写下自己的答案。
#
# **提问：** 输出有几列？（7 列，见第 02 章。）**常见错误：** 以为第一条边缘是负的，因为“变暗了”。让他们算一算 1 − 0。

# %% [markdown] lang="en"
# Every row answers alike:

# %% [markdown] lang="zh"
# 每一行的输出都一样：

# %%
print(Y[0].tolist(), tuple(Y.shape))

# %% [markdown] lang="en"
# Zero wherever two neighbours are equal. **Plus** where the picture goes from white to black, walking right; **minus** where it
# goes from black to white. The sign is the direction of the change, so an edge detector that throws the sign away throws
# half of its knowledge away.
#
# What this kernel computes has an old name: a *finite difference*, here along the width (axis 1). In one line:

# %% [markdown] lang="zh"
# 左右两格相等的地方都是零。从左往右走，由白变黑处为**正**，由黑变白处为**负**。正负号就是变化的方向，
# 所以边缘检测器要是丢掉正负号，也就丢掉了一半的信息。
#
# 这个卷积核算的东西早就有个名字：*有限差分*，这里是沿宽度方向（轴 1）的差分。一行代码就能写出来：

# %% [markdown] lang="en" slide="slide"
# ## The sign is the direction
#
# - walking right, white to black: **plus**
# - black to white: **minus**
# - neighbours alike: **zero**
#
# **Predict:** exchange black and white in the picture. What happens to the answer?

# %% [markdown] lang="zh" slide="slide"
# ## 正负号就是方向
#
# - 从左往右，由白变黑：**正**
# - 由黑变白：**负**
# - 左右相等：**零**
#
# **先猜：** 把图像的黑与白对调，输出会怎样？

# %% [markdown] lang="en" slide="fragment"
# Every sign flips, the zeros stay: $(1-a)-(1-b) = b-a$.

# %% [markdown] lang="zh" slide="fragment"
# 符号全部反过来，零还是零：$(1-a)-(1-b) = b-a$。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Name it: a *finite difference* along the width (axis 1). Whoever throws the sign away throws half of the knowledge away.
#
# **Expect:** some take the sign for the strength. Strength is the size of the number, the sign is the direction.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 点出它的名字：沿宽度方向（轴 1）的*有限差分*。丢掉正负号，就丢掉了一半的信息。
#
# **常见错误：** 把正负号当成强弱。强弱看数的大小，正负号说的是方向。

# %%
d2l.compare(Y, X[:, :-1] - X[:, 1:])

# %% [markdown] lang="en"
# In symbols: $Y_{i,j} = X_{i,j} - X_{i,j+1}$. The row index $i$ is the same on both sides: the kernel never looks up or down.
#
# <details><summary><b>Check yourself:</b> exchange black and white in the picture. What happens to the answer?</summary>
#
# Every sign flips: where the picture went from white to black it now goes from black to white. The zeros stay. In symbols: $(1 - a) - (1 - b) = b - a$.
# </details>

# %% [markdown] lang="zh"
# 写成式子：$Y_{i,j} = X_{i,j} - X_{i,j+1}$。等号两边的行号都是 $i$：这个卷积核从不往上看，也从不往下看。
#
# <details><summary><b>自测：</b>把图像的黑与白对调，输出会怎样？</summary>
#
# 每个符号都反过来：原来由白到黑的地方，现在由黑到白。零还是零。写成式子：$(1 - a) - (1 - b) = b - a$。
# </details>

# %% [markdown] lang="en"
# ## 2 · What it cannot see
#
# **Predict:** lay the picture on its side. It still has two perfectly sharp edges. What does the same kernel answer?

# %% [markdown] lang="zh"
# ## 2 · 它看不见什么
#
# **先猜：** 把图像放倒（转置）。两条边缘依然清清楚楚。同一个卷积核会输出什么？

# %% [markdown] lang="en" slide="slide"
# ## What it cannot see
#
# Lay the picture on its side. Two perfectly sharp edges, as before.
#
# **Predict:** what does the same kernel answer?

# %% [markdown] lang="zh" slide="slide"
# ## 它看不见什么
#
# 把图像放倒（转置）。两条边缘依然清清楚楚。
#
# **先猜：** 同一个卷积核会输出什么？

# %% tags=["slide-answer"]
d2l.show_grids(Xt=X.T, Y=d2l.corr2d(X.T, K))

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** who expects the same answer, laid on its side? Most do. **Answer:** zeros everywhere: left against right is blind to above against below. Its transpose sees this picture, and not the first one.
#
# Then ask about a diagonal edge: both kernels see it, each a part. Keep that for *any angle*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 谁认为输出只是跟着放倒？多数人会举手。**答案：** 处处为零：只比较左右，就看不见上下的变化。转置后的卷积核看得见这张图，却看不见第一张。
#
# 再问斜的边缘：两个都看得见，各看到一部分。这一点留到讲*任意角度*时再用。

# %% [markdown] lang="en"
# Nothing. A difference between left and right is blind to a change between above and below. The transposed kernel sees it, and
# is blind to the first picture in turn:

# %% [markdown] lang="zh"
# 什么也没有。只比较左右，就看不见上下的变化。把卷积核也转置，它就看得见了，但反过来又看不见第一张图像：

# %%
print("K   sees X, X.T:", d2l.corr2d(X, K).any().item(), d2l.corr2d(X.T, K).any().item())
print("K.T sees X, X.T:", d2l.corr2d(X, K.T).any().item(), d2l.corr2d(X.T, K.T).any().item())

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> an edge that runs diagonally: which of the two kernels sees it?</summary>
#
# Both: going right you cross it, and going down you cross it too. Section 5 turns that into a method.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>一条斜着走的边缘，两个卷积核中哪一个看得见？</summary>
#
# 两个都看得见，只是各自只看到一部分：向右走会穿过它，向下走也会穿过它。第 5 节会由此得出一种方法。
# </details>

# %% [markdown] lang="en"
# ## 3 · A photograph, and noise
#
# Real pictures have no columns of pure zero. Below, red is negative, blue is positive and white is zero.

# %% [markdown] lang="zh"
# ## 3 · 真实照片与噪声
#
# 真实的照片里没有整列整列的零。下图中红色为负，蓝色为正，白色为零。

# %%
photo = d2l.photo("china", gray=True)
d2l.show_images({"photo": photo})

# %% [markdown] lang="en" slide="slide"
# ## On a photograph

# %% [markdown] lang="zh" slide="slide"
# ## 放到照片上

# %% tags=["slide"]
d2l.show_images(
    {"left - right": d2l.corr2d(photo, K), "above - below": d2l.corr2d(photo, K.T)}, signed=True
)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Blue is plus, red is minus, white is zero. **Ask:** which of the two shows the columns, which the eaves? Let them point before you say it.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 蓝为正，红为负，白为零。**提问：** 哪一张显出柱子，哪一张显出屋檐？先让他们指出来，你再说。

# %% [markdown] lang="en"
# The columns of the temple stand out on the left, the edges of its roofs on the right.
#
# Now imagine a cheap camera: some random grain on every pixel.
#
# **Predict:** the grain is one tenth of the range from black to white. Does it harm the picture or the edges more?

# %% [markdown] lang="zh"
# 左图里楼阁的柱子很醒目，右图里醒目的则是屋檐。
#
# 现在假设相机很便宜，每个像素都带上一点随机的噪声（代码里叫 grain）。
#
# **先猜：** 噪声的强度是黑白之差的十分之一。它对照片的伤害大，还是对边缘的伤害大？

# %% [markdown] lang="en" slide="slide"
# ## A little noise
#
# Grain on every pixel, one tenth of the range from black to white.
#
# **Predict:** does it harm the picture more, or the edges?

# %% [markdown] lang="zh" slide="slide"
# ## 加一点噪声
#
# 每个像素都带上噪声，强度是黑白之差的十分之一。
#
# **先猜：** 对照片的伤害大，还是对边缘的伤害大？

# %% tags=["slide-answer"]
torch.manual_seed(0)
grain = 0.1 * torch.randn_like(photo)
noisy = photo + grain
d2l.show_images({"noisy": noisy, "left - right": d2l.corr2d(noisy, K).abs()})

# %% [markdown] lang="en" slide="notes"
# **3 min.** The picture survives, of the edges only the strongest. **Why?** A difference keeps all the grain and loses most of the picture, whose neighbours are nearly alike.
#
# **Ask:** how could more cells help? Steer towards: average *along* the edge, subtract *across* it.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 照片还看得清，边缘只剩最强的几道。**为什么？** 相减时噪声一点没少，图像却因相邻像素差不多而所剩无几。
#
# **提问：** 多看几格能有什么帮助？把讨论引向：*沿着*边缘取平均，*横跨*边缘取差。

# %% [markdown] lang="en"
# The picture survives; of the edges only the strongest do. Measure both, picture and grain, before and after:

# %% [markdown] lang="zh"
# 照片还看得清，边缘却只剩下最强的几道。量一量图像和噪声各有多强，先量原来的，再量相减之后的：

# %%
print(f"before: picture {photo.std():.2f}, grain {grain.std():.2f}")
after = {"picture": d2l.corr2d(photo, K).std(), "grain": d2l.corr2d(grain, K).std()}
print(f"after:  picture {after['picture']:.2f}, grain {after['grain']:.2f}")

# %% [markdown] lang="en"
# A difference of two neighbours keeps all the grain and adds some, but loses most of the picture, whose neighbours are nearly
# alike. The remedy is to look at more cells: average along the edge, take the difference across it. The **Sobel** kernel averages
# three rows with the weights 1, 2, 1 and takes the difference of the columns to the right and to the left:

# %% [markdown] lang="zh"
# 两个邻居相减，噪声一点没少，反而更强；图像本身却因为相邻像素差不多，减完就所剩无几。
# 补救的办法是多看几格：沿着边缘取平均，横跨边缘取差。**Sobel** 卷积核以 1、2、1 为权重对三行取平均，再用右边的列减去左边的列：

# %% [markdown] lang="en" slide="slide"
# ## Sobel: average along, subtract across

# %% [markdown] lang="zh" slide="slide"
# ## Sobel：沿着取平均，横跨取差

# %% tags=["slide"]
smooth, difference = torch.tensor([[1.0], [2.0], [1.0]]), torch.tensor([[-1.0, 0.0, 1.0]])
sobel_x = smooth @ difference
d2l.show_grids(smooth=smooth, difference=difference, sobel_x=sobel_x)

# %% [markdown] lang="en" slide="fragment"
# On a ramp that rises by 1 both answer 1 (Sobel divided by 8). The grain: times $\sqrt{2} \approx 1.41$ for the plain difference, $\sqrt{12}/8 \approx 0.43$ for Sobel.

# %% [markdown] lang="zh" slide="fragment"
# 在每列升高 1 的斜坡上，两者都输出 1（Sobel 要除以 8）。噪声的倍数：简单差分是 $\sqrt{2} \approx 1.41$，Sobel 是 $\sqrt{12}/8 \approx 0.43$。

# %% [markdown] lang="en" slide="notes"
# **4 min.** **Ask:** why must we divide by 8 before we compare? (Or anybody could win by multiplying with 100.) Independent grain adds up by its squares.
#
# **Expect:** "so a wider kernel is always better". It lets less grain through and blurs fine edges together: a trade.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** **提问：** 比较之前为什么要先除以 8？（不然谁都可以乘以 100 来取胜。）互相独立的噪声按平方相加。
#
# **常见错误：** “那么卷积核越宽越好。”更宽的卷积核放过的噪声更少，却会把细密的边缘糊在一起：这是取舍。

# %% [markdown] lang="en"
# How much better is it? Both kernels should answer 1 to a ramp that rises by 1 from column to column; then compare how much
# grain they let through. The Sobel kernel must be divided by 8 for that (and the sign of $K$ changed, to count rising as positive).

# %% [markdown] lang="zh"
# 究竟好了多少？为了公平，先让两个卷积核在每列升高 1 的斜坡上都输出 1，再比较它们各放过多少噪声。
# 为此 Sobel 卷积核要除以 8（$K$ 也要变号，好让上升为正）。

# %%
ramp = torch.arange(8.0).repeat(4, 1)
print(d2l.corr2d(ramp, -K)[0, 0].item(), d2l.corr2d(ramp, sobel_x / 8)[0, 0].item())

# %%
candidates = {"difference": -K, "[-1 0 1] / 2": difference / 2, "Sobel / 8": sobel_x / 8}
for name, kernel in candidates.items():
    theory = kernel.square().sum().sqrt()
    measured = d2l.corr2d(grain, kernel).std() / grain.std()
    print(f"{name}: grain times {theory:.2f}, so measured: {abs(measured / theory - 1) < 0.01}")

# %%
d2l.show_images(
    {
        "noisy, Sobel": d2l.corr2d(noisy, sobel_x).abs(),
        "clean, Sobel": d2l.corr2d(photo, sobel_x).abs(),
    }
)

# %% [markdown] lang="en"
# Independent grain adds up by its squares, so the factor is the root of the sum of the squared weights: $\sqrt{2}$ for the plain
# difference, $\sqrt{12}/8$ for Sobel. About half of the gain comes from comparing cells that are two apart, the rest from the average.
# Wider kernels would let through even less, and blur fine edges together. That is a trade, not a mistake.

# %% [markdown] lang="zh"
# 互相独立的噪声按平方相加，所以倍数等于各权重平方和的平方根：简单差分是 $\sqrt{2}$，Sobel 是 $\sqrt{12}/8$。
# 其中约一半的好处来自比较相隔两格的像素，另一半来自取平均。
# 更宽的卷积核放过的噪声更少，但也会把细密的边缘糊在一起。这是取舍，不是毛病。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> why does <code>[-1 0 1] / 2</code> let only half as much grain through as the plain difference, although it takes a difference of two cells, too?</summary>
#
# Its cells are two apart, where a ramp has risen by two. So its weights may be half as large, and the grain is multiplied by those weights.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b><code>[-1 0 1] / 2</code>也是两格相减，为什么漏过的噪声只有普通差分的一半？</summary>
#
# 它的两格相隔两列，斜坡在那里已经升了二，所以权重可以小一半，而噪声正是乘以这些权重。
# </details>

# %% [markdown] lang="en"
# ## 4 · A gallery
#
# Nine numbers can do much more than find edges. Here are some classics.
#
# **Predict:** a wall of one colour, every cell 0.5. What do these kernels answer there? One glance at each kernel is enough,
# if you look for the right thing.

# %% [markdown] lang="zh"
# ## 4 · 卷积核画廊
#
# 九个数能做的远不止找边缘。下面是几个经典的例子。
#
# **先猜：** 一面单色的墙，每格都是 0.5。这些卷积核在墙上各输出多少？只要知道该看什么，每个卷积核扫一眼就够。

# %% [markdown] lang="en" slide="slide"
# ## A wall of one colour
#
# Every cell is 0.5. **Predict:** what does each of these answer?

# %% [markdown] lang="zh" slide="slide"
# ## 一面单色的墙
#
# 每格都是 0.5。**先猜：** 这些卷积核各输出多少？

# %% tags=["slide"]
gallery = {
    "blur": torch.ones(3, 3) / 9,
    "sharpen": torch.tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
    "emboss": torch.tensor([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]),
    "laplacian": torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]),
    "sobel_x": sobel_x,
}
d2l.show_grids(**gallery)

# %% [markdown] lang="en" slide="fragment"
# **The sum of a kernel is its answer to a flat picture of ones.** Blur, sharpen, emboss: 0.5. Laplacian, Sobel: 0.

# %% [markdown] lang="zh" slide="fragment"
# **卷积核各数之和，就是它在处处为一的平坦图像上的输出。** 模糊、锐化、浮雕：0.5。拉普拉斯、Sobel：0。

# %% [markdown] lang="en" slide="notes"
# **4 min.** One glance is enough, if one looks for the right thing: the sum. Give them half a minute of silence.
#
# **Expect:** 4.5 for the blur (forgetting the 1/9), or "it depends on the picture".

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 只要知道该看什么，扫一眼就够：看和。给他们半分钟安静的时间。
#
# **常见错误：** 模糊核答 4.5（忘了 1/9），或者说“要看是什么图像”。

# %%
wall = torch.full((5, 5), 0.5)
for name, kernel in gallery.items():
    print(f"{name:10} sum {kernel.sum():.0f}, on the wall {d2l.corr2d(wall, kernel)[0, 0]:.1f}")

# %% [markdown] lang="en"
# **The sum of a kernel is its answer to a flat picture of ones.** Sum 1 keeps the brightness (blur, sharpen, emboss); sum 0
# answers only to change (Laplacian, Sobel). It is the first thing to look at in any kernel that you meet.

# %% [markdown] lang="zh"
# **卷积核各数之和，就是它在一张处处为一的平坦图像上的输出。** 和为 1 的保持亮度（模糊、锐化、浮雕）；
# 和为 0 的只对变化有反应（拉普拉斯、Sobel）。遇到任何卷积核，先看它的和。

# %%
flower = d2l.photo("flower")[:, 100:300, 200:500]


def on_colours(picture, kernel):
    return torch.stack([d2l.corr2d(channel, kernel) for channel in picture]).clamp(0, 1)


# %% [markdown] lang="en" slide="slide"
# ## Nine numbers, three effects

# %% [markdown] lang="zh" slide="slide"
# ## 九个数，三种效果

# %% tags=["slide"]
shown = {name: on_colours(flower, gallery[name]) for name in ("blur", "sharpen", "emboss")}
d2l.show_images({"flower": flower} | shown, columns=2)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Cover the titles: which picture is blurred, sharpened, embossed? **Ask:** why does sharpening look crisp? Beside an edge its answer overshoots, below black and above white.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先不看标题：哪张是模糊，哪张是锐化，哪张是浮雕？**提问：** 锐化为什么显得利落？紧挨着边缘的地方，它的输出会冲过头，比黑还黑，比白还白。

# %% [markdown] lang="en"
# Each of the three colours is a picture of its own here; chapter 06 lets them work together. `clamp` is needed because sharpening overshoots: beside an edge its answer goes below black and above white, and that is
# exactly why the edge looks crisper. The Laplacian adds up the second differences in both directions. It answers to a bend,
# not to a slope, and changes its sign where an edge is steepest:

# %% [markdown] lang="zh"
# 这里把三种颜色各当作一张图像来处理，第 06 章会让它们合作。代码里需要 `clamp`，因为锐化会冲过头：紧挨着边缘的地方，它的输出比黑还黑、比白还白；边缘看起来更利落，靠的正是这一点。
# 拉普拉斯把两个方向的二阶差分加在一起。它对弯折有反应，对平直的斜坡没有；在边缘最陡的地方，它的输出改变正负号：

# %%
step = torch.tensor([0.0, 0.0, 0.1, 0.5, 0.9, 1.0, 1.0]).repeat(3, 1)
d2l.show_grids(step=step[:1], laplacian=d2l.corr2d(step, gallery["laplacian"]))

# %%
detail = photo[60:260, 150:450]
laplacian = d2l.corr2d(detail, gallery["laplacian"])
d2l.show_images({"laplacian": laplacian, "sobel_x": d2l.corr2d(detail, sobel_x)}, signed=True)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> take the kernel that changes nothing (1 in the middle, 0 elsewhere) and subtract the blur from it. What is its sum, and what does it leave of a photograph?</summary>
#
# The sum is $1 - 1 = 0$, so a wall becomes black. What is left is just what the blur takes away: the fine detail. Add that detail to the picture, and you
# have sharpened it.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>取“什么都不改”的卷积核（正中是 1，其余是 0），减去模糊核。各格之和是多少？照片经过它还剩下什么？</summary>
#
# 和是 $1 - 1 = 0$，所以墙面变成全黑。剩下的正是模糊会抹掉的东西：细节。把这些细节加回图像上，图像就锐化了。
# </details>

# %% [markdown] lang="en"
# ## 5 · Edges at any angle
#
# Sobel has a brother for horizontal edges, its transpose. What about an edge at 30 degrees: do we need a new kernel for every
# angle?
#
# **Predict:** mix the two, $K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$. What will the mixture see?
#
# **Play:** move the angle. At 0 the kernel compares right with left; at 90, below with above. As in the figures, blue is plus and red
# is minus. Point anywhere at the answer, and you see the nine products behind it. Then try the other kernels, numbers of your own, a picture of
# your own.
#
# **Task:** find a kernel that answers 0 on flat parts, and is blue, as strong as possible, all along the ridge that falls from the top of
# the roof to the right. Then turn it until that ridge fades.

# %% [markdown] lang="zh"
# ## 5 · 任意角度的边缘
#
# Sobel 有个专看水平边缘的兄弟，就是它的转置。那么 30 度的边缘呢？难道每个角度都要一个新的卷积核？
#
# **先猜：** 把两者混合起来，$K_\theta = \cos\theta \cdot S_x + \sin\theta \cdot S_y$。混合出来的卷积核看得见什么？
#
# **动手：** 转动角度。0 度时卷积核拿右边与左边比，90 度时拿下边与上边比。颜色与前面的图相同：蓝色为正，红色为负。
# 指向输出中的任意一处，就能看到它背后的九个乘积。再试试别的卷积核，填上自己的数，换上自己的图片。
#
# **任务：** 找一个卷积核，它在平坦处输出 0，而从屋顶尖往右下斜的那道屋脊，整条都呈蓝色，而且越强越好。然后再转动它，直到这道屋脊淡下去。


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
# **6 min.** Press E to go into the picture, Escape to come back. Turn the angle slowly. **Task for the class:** at which angle does the ridge that falls to the right answer most strongly? And at which does it fade?
#
# **Ask** before the last quarter turn: what will you see 180 degrees on? The same ridge, with all signs reversed.

# %% [markdown] lang="zh" slide="notes"
# **6 分钟。** 按 E 进入图中，按 Esc 回来。慢慢转动角度。**全班的任务：** 转到什么角度，往右下斜的那道屋脊响应最强？转到什么角度它会淡下去？
#
# 转最后四分之一圈之前**提问：** 再转 180 度会看到什么？还是那道屋脊，正负号全部反过来。

# %% [markdown] lang="en"
# How well did you do? Measure the mean answer on a small piece of the picture that the ridge runs through: of your kernel, and of the
# kernels of all angles. To be fair, divide each by what it does to grain (section 3).

# %% [markdown] lang="zh"
# 找得怎么样？取图像里屋脊穿过的一小块，量一量输出的平均值：先量你的卷积核，再量各个角度的卷积核。
# 为了公平，每个卷积核都先除以它放大噪声的倍数（见第 3 节）。

# %%
ridge = detail[12:34, 85:110]


def on_the_ridge(kernel):
    return d2l.corr2d(ridge, kernel / kernel.square().sum().sqrt()).mean().item()


# %%
best = max(range(0, 360, 5), key=lambda angle: on_the_ridge(oriented(angle)))
print(f"yours: {on_the_ridge(torch.tensor(studio.kernel)):.3f}")
for angle in (best, best - 90, best - 180):
    print(f"{angle} degrees: {on_the_ridge(oriented(angle)):.3f}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> why does the ridge fade just there, and what do you see if you turn on by another 90 degrees?</summary>
#
# A quarter turn away from its best angle the kernel compares cells along the ridge, and those are alike. Another quarter turn, and the ridge is back, in
# red: the kernel is the best one with all signs reversed.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>屋脊为什么偏偏在那个角度淡下去？再转 90 度，会看到什么？</summary>
#
# 与最佳角度相差四分之一圈时，卷积核比较的是屋脊方向上的前后两格，它们差不多一样。再转四分之一圈，屋脊又出现了，只是变成了红色：
# 这个卷积核就是最好的那个，各数全都变号。
# </details>

# %% [markdown] lang="en"
# Two answers are enough for all angles, because cross-correlation is *linear* in its kernel: the answer of the mixture is the
# mixture of the answers. So we compute two maps once and mix them afterwards, at any angle, almost for nothing.

# %% [markdown] lang="zh"
# 有了两个输出，就有了所有角度的输出，因为互相关对卷积核是*线性*的：先混合卷积核再计算，与先分别计算再混合输出，结果一样。
# 所以两张特征图只需各算一次，之后想要哪个角度，混合一下即可，几乎不花代价。

# %%
Gx, Gy = d2l.corr2d(photo, sobel_x), d2l.corr2d(photo, sobel_x.T)
angle = torch.deg2rad(torch.tensor(30.0))
d2l.compare(d2l.corr2d(photo, oriented(30)), torch.cos(angle) * Gx + torch.sin(angle) * Gy)

# %% [markdown] lang="en"
# The pair $(G_x, G_y)$ is, up to a factor of 8, an estimate of the picture's **gradient**: an arrow at every cell that points to where it
# gets brighter. (Rows count downwards, so 90 degrees point down.) The
# arrow's length is the strength of the edge whatever its angle, its direction stands at right angles to the edge:
#
# $$\text{strength} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% [markdown] lang="zh"
# $(G_x, G_y)$ 这一对就是对图像**梯度**的估计（只差因子 8）：每一格上有一支箭头，指向变亮的方向。
# （行是从上往下数的，所以 90 度指向下方。）
# 箭头的长度是边缘的强度，与边缘的角度无关；箭头的方向与边缘垂直：
#
# $$\text{strength} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$
#
# （strength 即强度，direction 即方向。）

# %% [markdown] lang="en" slide="slide"
# ## Two answers are enough
#
# $$\text{strength} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% [markdown] lang="zh" slide="slide"
# ## 两个输出就够了
#
# $$\text{strength} = \sqrt{G_x^2 + G_y^2}, \qquad \text{direction} = \operatorname{atan2}(G_y, G_x)$$

# %% tags=["slide"]
d2l.show_gradient(Gx[60:260, 150:450], Gy[60:260, 150:450])

# %% [markdown] lang="en" slide="notes"
# **4 min.** Cross-correlation is linear in the kernel: mix the answers instead of the kernels. The pair $(G_x, G_y)$ is an arrow at every cell, towards the brighter side, at right angles to the edge.
#
# **Ask:** which colour will the left and the right side of a dark column have? Rows count downwards, so 90 degrees point down.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 互相关对卷积核是线性的：与其混合卷积核，不如混合输出。$(G_x, G_y)$ 这一对在每一格上是一支箭头，指向变亮的一侧，与边缘垂直。
#
# **提问：** 一根深色的柱子，左右两侧各会是什么颜色？行是从上往下数的，所以 90 度指向下方。

# %% [markdown] lang="en"
# Does the strength really not depend on the angle? A bright disc with a soft rim has an edge in every direction, and we know its
# exact slope. If Sobel's answer were the same part of it everywhere along the rim, it would be perfect; let us measure.

# %% [markdown] lang="zh"
# 强度真的与角度无关吗？一个边缘柔和的亮圆盘在每个方向上都有边缘，而且我们知道它的准确斜率。
# 如果沿着整个圆周，Sobel 的响应与准确斜率之比处处相同，那就完美了；我们来量一量。

# %%
rows, columns = torch.meshgrid(torch.arange(101.0), torch.arange(101.0), indexing="ij")
distance = torch.hypot(rows - 50, columns - 50)


def variation(softness):
    disc = torch.sigmoid((30 - distance) / softness)
    strength = torch.hypot(d2l.corr2d(disc, sobel_x), d2l.corr2d(disc, sobel_x.T)) / 8
    exact = (disc * (1 - disc) / softness)[1:-1, 1:-1]  # the slope of the sigmoid
    rim = (strength / exact)[(distance[1:-1, 1:-1] - 30).abs() < 0.5]
    return (rim.max() - rim.min()) / rim.mean()


# %%
for softness in (2, 1, 0.5):
    print(f"softness {softness}: along the rim the answer varies by {variation(softness):.1%}")

# %% [markdown] lang="en"
# Less than one percent on a soft rim, and that with nine small integers; but the sharper the edge, the worse. Between two neighbouring
# pixels there is simply nothing to tell the angle from.

# %% [markdown] lang="zh"
# 边缘柔和时，相差不到百分之一，用的只是九个小整数；但边缘越锐利，就差得越多。毕竟只看相邻的两个像素，是看不出角度的。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> turn the angle by 180 degrees. What becomes of the answer, and what of the strength?</summary>
#
# Cosine and sine both change their sign, so the kernel does, and so does every answer. The strength, a sum of squares, stays as it is.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>角度再转 180 度，输出变成什么？强度呢？</summary>
#
# 余弦和正弦都变号，卷积核于是变号，每个输出也变号。强度是平方和开方，保持不变。
# </details>

# %% [markdown] lang="en"
# ## 6 · Taking a kernel apart
#
# We *made* Sobel as a column times a row. That means more than it seems: apply the column, then the row, and you have the
# same result.
#
# **Predict:** a $k\times k$ kernel costs $k^2$ multiplications for every output cell. What do the column and the row cost
# together?

# %% [markdown] lang="zh"
# ## 6 · 把卷积核拆开
#
# Sobel 是我们用一列乘一行*造*出来的。这一点比看上去更有用：先用这一列做互相关，再用这一行，结果完全一样。
#
# **先猜：** 用 $k\times k$ 的卷积核，输出的每一格要做 $k^2$ 次乘法。改用一列加一行，一共要多少次？

# %%
d2l.compare(d2l.corr2d(d2l.corr2d(photo, smooth), difference), Gx)

# %% [markdown] lang="en" slide="slide"
# ## Taking a kernel apart
#
# Sobel is a column times a row. First the column, then the row: the same result.
#
# **Predict:** $k\times k$ costs $k^2$ multiplications a cell. And column plus row?

# %% [markdown] lang="zh" slide="slide"
# ## 把卷积核拆开
#
# Sobel 是一列乘一行。先用这一列，再用这一行：结果相同。
#
# **先猜：** $k\times k$ 的卷积核，每格要做 $k^2$ 次乘法。一列加一行呢？

# %% tags=["slide-answer"]
for k in (3, 5, 9, 15):
    print(f"{k}x{k}: {k * k} multiplications, column and row: {2 * k}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Such kernels are *separable*: all rows are multiples of one row, the matrix has rank 1. **Ask:** is the Laplacian? (No: rank 2.)
#
# Set exercises 1 to 4 now, and the hard ones at home.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 这样的卷积核叫*可分离*的：各行都是同一行的倍数，矩阵的秩为 1。**提问：** 拉普拉斯可分离吗？（不，秩是 2。）
#
# 现在布置练习 1 到 4，难的留作课后。

# %% [markdown] lang="en"
# The saving grows with the kernel. The classic soft blur is $5\times 5$, made from one row:

# %% [markdown] lang="zh"
# 卷积核越大，省得越多。经典的柔和模糊是 $5\times 5$ 的，由一行数造出来：

# %%
row = torch.tensor([[1.0, 4.0, 6.0, 4.0, 1.0]]) / 16
d2l.compare(d2l.corr2d(d2l.corr2d(photo, row.T), row), d2l.corr2d(photo, row.T @ row))

# %% [markdown] lang="en"
# Such kernels are called **separable**. A kernel is separable exactly if all its rows are multiples of one row, that is, if
# the matrix has rank 1. Which of our gallery are?

# %% [markdown] lang="zh"
# 这样的卷积核叫做**可分离**的。一个卷积核可分离，当且仅当它的各行都是同一行的倍数，也就是说，矩阵的秩为 1。
# 画廊里有哪几个可分离？

# %%
for name, kernel in gallery.items():
    print(f"{name:10} rank {torch.linalg.matrix_rank(kernel).item()}")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> the Laplacian has rank 2. Can it still be made cheaper?</summary>
#
# Not this one: five of its nine numbers are not zero, and there is nothing to save. But a kernel of rank $r$ is a sum of $r$
# separable ones, the Laplacian for instance of a second difference along the rows and one along the columns, and for large kernels of
# low rank that saves a lot.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>拉普拉斯卷积核的秩是 2，还能算得更省吗？</summary>
#
# 这一个不能：九个数里只有五个不为零，没有什么可省。不过秩为 $r$ 的卷积核总能写成 $r$ 个可分离卷积核之和，
# 例如拉普拉斯就是沿行与沿列的两个二阶差分之和；对又大、秩又低的卷积核，这样能省下很多。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - an edge is a difference; its sign is a direction
# - every kernel is blind to something
# - the sum of a kernel says what it makes of a wall
# - average along, subtract across: Sobel
# - two answers give strength and direction at any angle

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 边缘就是差；正负号就是方向
# - 每个卷积核都有看不见的东西
# - 卷积核各数之和，说明它遇到一面墙会怎样
# - 沿着取平均，横跨取差：Sobel
# - 两个输出，就有了任意角度的强度和方向

# %% [markdown] lang="en" slide="notes"
# **2 min.** Come back to the cat: an edge detector draws what you drew. **Ask:** who chose these nine numbers? People did, over decades. Next: let examples choose them (chapter 04).

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到那只猫：边缘检测器画出的，正是你画的那几笔。**提问：** 这九个数是谁选的？是人，花了几十年。下一步：让例子来选（第 04 章）。

# %% tags=["exercises"]
exercises.ch03

# %% [markdown] lang="en"
# ## Summary
#
# To a program an edge is a change between neighbours, and nine numbers find it by multiplying one side with plus, the other with
# minus. An edge detector sees only changes across its own direction; two of them, mixed, see every angle and give strength and direction.
# Averaging along the edge keeps most of the grain out. The sum of a kernel tells what it makes of a flat wall, its rank what it costs.
#
# **Next:** who tells us which nine numbers to take? Chapter 04 lets the machine find them from examples.
#
# **Further reading**
# - Szeliski, [Computer Vision: Algorithms and Applications](https://szeliski.org/Book/), on filtering and edges.
# - Freeman and Adelson, *The Design and Use of Steerable Filters* (1991), on turning kernels.
# - Marr and Hildreth, *Theory of Edge Detection* (1980), on zero crossings of the blurred Laplacian.

# %% [markdown] lang="zh"
# ## 小结
#
# 对程序来说，边缘就是相邻像素之间的变化；九个数一边为正、一边为负，相乘再相加，就能把它找出来。
# 一个这样的卷积核只看得见一个方向上的变化；两个混合起来，每个角度都看得见，还能给出强度和方向。
# 沿着边缘取平均，能挡住大部分噪声。看卷积核的和，就知道它怎样对待一面平坦的墙；看它的秩，就知道计算要花多少代价。
#
# **下一步：** 该用哪九个数，由谁来定？第 04 章让机器从例子里自己去找。
#
# **延伸阅读**
# - Szeliski：[Computer Vision: Algorithms and Applications](https://szeliski.org/Book/)，其中讲滤波与边缘的部分。
# - Freeman、Adelson：*The Design and Use of Steerable Filters*（1991），讲怎样转动滤波器。
# - Marr、Hildreth：*Theory of Edge Detection*（1980），讲先模糊、再取拉普拉斯所得的过零点。
