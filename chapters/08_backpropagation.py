# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 08 Backpropagation through convolution
#
# *A network gives its answers, and one of them is too large by 1. Many kernel numbers and many pixels went into it. Which of them
# are to blame, and by how much?*
#
# **In this chapter you will**
# - work out the three gradients of a convolution on paper: to the bias, to the kernel, to the input;
# - see why the kernel must be turned by 180 degrees on the way back, and what goes wrong if you transpose it instead;
# - write your own layer with its own backward pass, and let strict judges test it;
# - carry the way back through stride, padding and channels, and recognise a transposed convolution in it;
# - find out where the checkerboards in generated pictures come from;
# - compute every gradient of a small network yourself, from the loss down to the pixels.
#
# **Time:** about 50 minutes to read and run, 120 more for the exercises. **You need:** chapters 02 and 04, the chain rule, and
# `backward` in PyTorch; for sections 5 to 7 also chapters 05, 06 and 07.

# %% [markdown] lang="zh"
# # 08 卷积的反向传播
#
# *网络给出一堆输出，其中一格偏大了 1。这一格是由卷积核里的许多数和图像上的许多像素一起算出来的。
# 该怪哪些数、哪些像素？各有几分责任？*
#
# **学完本章，你将能够**
# - 在纸上算出卷积的三个梯度：对偏置、对卷积核、对输入；
# - 说清反向时卷积核为什么要旋转 180 度，误用转置又会错在哪里；
# - 自己写一个层，连反向传播也自己写，再交给严格的裁判检验；
# - 让梯度穿过步幅、填充和通道，并从中认出转置卷积；
# - 弄明白生成的图像里的棋盘纹从何而来；
# - 对一个小网络，从损失一路算到像素，亲手求出全部梯度。
#
# **所需时间：** 阅读并运行约 50 分钟，练习另需 120 分钟。**预备知识：** 第 02、04 章，链式法则，PyTorch 的
# `backward`；第 5 至 7 节还要用到第 05、06、07 章。

# %% [markdown] lang="en" slide="notes"
# **1 min.** Read the question aloud and let them name suspects: which numbers had a part in that one answer at all? Write the list on the board; the next slide settles it.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 把题目念一遍，让大家指认“嫌疑人”：究竟哪些数参与了这一格的计算？把名单写在黑板上，下一张就见分晓。

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
# ## 1 · One answer is too large by 1
#
# Back to the picture and the kernel of chapter 02. Somebody wanted 42 in the bottom right cell, and we answer 43.

# %% [markdown] lang="zh"
# ## 1 · 有一格偏大了 1
#
# 回到第 02 章的图像和卷积核。右下角那一格，人家要的是 42，我们给的是 43。

# %% [markdown] lang="en" slide="slide"
# ## One answer is too large by 1
#
# $43 = 4\cdot 0 + 5\cdot 1 + 7\cdot 2 + 8\cdot 3 + u$
#
# **Predict:** raise the 3 by a tiny bit: how many times that does the answer rise? And the 8? And the bias $u$?

# %% [markdown] lang="zh" slide="slide"
# ## 有一格偏大了 1
#
# $43 = 4\cdot 0 + 5\cdot 1 + 7\cdot 2 + 8\cdot 3 + u$
#
# **先猜：** 把 3 调高一点点，输出升高这一点点的几倍？换成 8 呢？换成偏置 $u$ 呢？

# %% tags=["slide"]
X = torch.arange(9.0).reshape(3, 3)
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
u = torch.tensor(0.0)  # the bias
Y = d2l.corr2d(X, K) + u
one_off = torch.tensor([[19.0, 25.0], [37.0, 42.0]])
d2l.show_grids(X=X, K=K, Y=Y, wanted=one_off)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Say what loss we take: half the sum of the squared errors, so that its derivative with respect to an answer, $G$, is just "too large by". Blame is always the derivative of the loss.
#
# **Ask:** everybody writes down three numbers. **Expect:** 3 for the three, since "a large number has large effect".

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 先说用的是什么损失：误差平方和的一半，这样它对某一格输出的导数 $G$，恰好就是“偏大了多少”。所谓责任，始终是损失的导数。
#
# **提问：** 每个人写下三个数。**常见错误：** 以为第一个数就填 3，“数大影响就大”。

# %% [markdown] lang="en"
# To speak of blame we need a **loss**, one number that says how bad things are. We take half the sum of the squared errors, because
# then its derivative with respect to an output cell is just "too large by":
#
# $$L = \frac12 \sum_{i,j} \big(Y_{i,j} - \text{wanted}_{i,j}\big)^2, \qquad
# G_{i,j} = \frac{\partial L}{\partial Y_{i,j}} = Y_{i,j} - \text{wanted}_{i,j}$$
#
# $G$ is the **gradient of the output**; by the gradient, or blame, of a thing we always mean the derivative of the loss with respect to it.
# **Backpropagation** turns the gradient of a layer's output into the gradients of all that went in.
#
# **Predict:** the 43 is $4\cdot 0 + 5\cdot 1 + 7\cdot 2 + 8\cdot 3 + u$. Raise the kernel's last number, the 3, by a tiny bit: how many
# times that bit does the answer rise? Raise instead the pixel that it lies on, the 8: how many times now? And the bias $u$?

# %% [markdown] lang="zh"
# 要追究责任，先得有**损失**：用一个数说明错得有多厉害。我们取误差平方和的一半，这样一来，损失对某一格输出的导数，
# 恰好就是这一格“偏大了多少”：
#
# $$L = \frac12 \sum_{i,j} \big(Y_{i,j} - \text{wanted}_{i,j}\big)^2, \qquad
# G_{i,j} = \frac{\partial L}{\partial Y_{i,j}} = Y_{i,j} - \text{wanted}_{i,j}$$
#
# $G$ 叫做**输出的梯度**；本章说某个量的梯度，或者说某个量的责任，都是指损失对这个量的导数。
# 所谓**反向传播**，就是由一层输出的梯度，求出参与这层计算的所有数的梯度。
#
# **先猜：** 43 是这样来的：$4\cdot 0 + 5\cdot 1 + 7\cdot 2 + 8\cdot 3 + u$。把卷积核最后一个数 3 调高一点点，输出会升高这一点点的几倍？
# 如果调高的是它压着的像素 8 呢？如果是偏置 $u$ 呢？


# %%
def blame(X, K, u, wanted):
    X, K, u = (t.clone().requires_grad_() for t in (X, K, u))
    loss = ((d2l.corr2d(X, K) + u - wanted) ** 2).sum() / 2
    loss.backward()
    return X.grad, K.grad, u.grad


# %% [markdown] lang="en" slide="slide"
# ## Who is to blame?

# %% [markdown] lang="zh" slide="slide"
# ## 该怪谁？


# %% tags=["slide"]
dX, dK, du = blame(X, K, u, one_off)
print("gradient of the bias:", du.item())
d2l.show_grids(G=Y - one_off, dK=dK, dX=dX, mark={"G": (1, 1, 1, 1), "dX": (1, 1, 2, 2)})

# %% [markdown] lang="en" slide="fragment"
# The blame of the kernel is the *window*; the blame of the window is the *kernel*.

# %% [markdown] lang="zh" slide="fragment"
# 卷积核的责任就是那个*窗口*；窗口的责任就是*卷积核*。

# %% [markdown] lang="en" slide="notes"
# **2 min.** In a product each factor counts as much as the *other* one is large. Pixels outside the window go free; the bias is simply added, its share is 1.
#
# **Ask:** gradient descent now corrects the kernel: does the 0 in its corner move? **Expect:** no, since it is 0. But it lay on a 4, so it moves.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 在乘积里，一个因子分量有多重，要看*另一个*因子有多大。窗口以外的像素不必负责；偏置是直接加上去的，份额是 1。
#
# **提问：** 接着用梯度下降修正卷积核，角上的 0 会动吗？**常见错误：** 不动，因为它是 0。可它压着一个 4，所以会动。

# %% [markdown] lang="en"
# The answer of PyTorch's automatic differentiation (**autograd**): the blame of the kernel is the *window*, and the blame of the window is the *kernel*. In a product $x\cdot k$
# each factor counts as much as the other one is large. The 3 lay on an 8, so raising it by 1 raises the answer by 8; the 8 lay under a 3.
# The pixels outside the window had no part in it and go free. The bias is simply added: its share is 1.
#
# This is the answer to our question, for one cell. What remains is to add up many cells.
#
# <details><summary><b>Check yourself:</b> gradient descent now corrects the kernel. Which of its numbers moves most, and which least?</summary>
#
# The one on the brightest pixel (gradient 8) moves most, the one on the pixel 4 least. The kernel's own values play no part in it:
# the 0 in its corner moves too.
# </details>

# %% [markdown] lang="zh"
# PyTorch 的**自动求导**（autograd）这样回答：卷积核的责任就是那个*窗口*，窗口的责任就是*卷积核*。在乘积 $x\cdot k$ 里，一个因子的分量有多重，
# 要看另一个因子有多大。3 压着一个 8，把它调高 1，输出就升高 8；那个 8 则被 3 压着。窗口以外的像素没有参与，不必负责。偏置是直接加上去的，它的份额是 1。
#
# 只有一格偏大的情形，到这里就有了答案。剩下的，是把许多格的账加起来。
#
# <details><summary><b>自测：</b>接下来用梯度下降修正卷积核。卷积核里哪个数动得最多，哪个动得最少？</summary>
#
# 压着最亮像素的那个（梯度为 8）动得最多，压着像素 4 的动得最少。这与卷积核自己的值无关：角上的 0 也照样会动。
# </details>

# %% [markdown] lang="en"
# ## 2 · All answers at once: the bias and the kernel
#
# Now all four answers are off: the first is too large by 1, the next by 2, the third by 3, and the last is too *small* by 1.

# %% [markdown] lang="zh"
# ## 2 · 所有的格一起算：偏置与卷积核
#
# 这回四格全都不准：第一格偏大 1，第二格偏大 2，第三格偏大 3，最后一格偏*小* 1。

# %% [markdown] lang="en" slide="slide"
# ## All answers at once: the kernel
#
# Now all four are off. $K_{0,0}$ lay on the pixels 0, 1, 3 and 4. **Predict:** what is its blame?

# %% [markdown] lang="zh" slide="slide"
# ## 所有的格一起算：卷积核
#
# 这回四格全都不准。$K_{0,0}$ 先后压着像素 0、1、3、4。**先猜：** 它的责任是多少？

# %% tags=["slide"]
wanted = torch.tensor([[18.0, 23.0], [34.0, 44.0]])
G = Y - wanted
d2l.show_grids(X=X, G=G)

# %% [markdown] lang="en" slide="fragment"
# $0\cdot 1 + 1\cdot 2 + 3\cdot 3 - 4\cdot 1 = 7$: correlate `X` with `G`. All four: $\begin{pmatrix} 7 & 12 \\ 22 & 27 \end{pmatrix}$; the bias: the sum of `G`, 5.

# %% [markdown] lang="zh" slide="fragment"
# $0\cdot 1 + 1\cdot 2 + 3\cdot 3 - 4\cdot 1 = 7$：让 `X` 与 `G` 做互相关。四个数是 $\begin{pmatrix} 7 & 12 \\ 22 & 27 \end{pmatrix}$；偏置是 `G` 各格之和 5。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Let them compute on paper before the key. Then: which operation have you just carried out on these two grids? Somebody will say it: cross-correlation, as in chapter 02.
#
# **Ask:** input 28 by 28, kernel 5 by 5: which shape has `corr2d(X, G)`? **Expect:** 24 by 24. No: a gradient always has the shape of what it belongs to. That is the first thing to check.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 按键之前，先让大家在纸上算。然后问：你们刚才对这两张表做的是什么运算？总会有人说出来：互相关，正是第 02 章的那个。
#
# **提问：** 输入 28 乘 28，卷积核 5 乘 5，`corr2d(X, G)` 是什么形状？**常见错误：** 24 乘 24。不对：一个量的梯度，总与这个量同形。检查梯度，先看这一条。

# %% [markdown] lang="en"
# **The bias** is part of every answer with share 1, so its blame is the sum of all cells of $G$.
#
# **The kernel.** Its top left number $K_{0,0}$ was used four times: in the four windows it lay on the pixels 0, 1, 3 and 4. Each time
# its share is the pixel, weighted by how wrong that answer is.
#
# **Predict:** compute this sum, pixel times $G$, on paper. Which operation are you carrying out on the grids `X` and `G` above?

# %% [markdown] lang="zh"
# **偏置**在每一格里都占一份，份额为 1，所以它的责任就是 $G$ 各格之和。
#
# **卷积核。** 它左上角的数 $K_{0,0}$ 用过四次：在四个窗口里，它分别压着像素 0、1、3、4。每一次的份额，
# 是压着的那个像素乘以那格输出的偏差。
#
# **先猜：** 在纸上把“像素乘以 $G$”的和算出来。你对上面的 `X` 和 `G` 做的是什么运算？

# %%
print("bias:  ", G.sum().item())
print("kernel:", d2l.corr2d(X, G).tolist())

# %% [markdown] lang="en"
# The number 7 for $K_{0,0}$, and the whole gradient is the cross-correlation of the input with $G$ (chapter 04 met it already):
#
# $$\frac{\partial L}{\partial u} = \sum_{i,j} G_{i,j}, \qquad
# \frac{\partial L}{\partial K_{a,b}} = \sum_{i,j} G_{i,j}\, X_{i+a,\,j+b}$$
#
# Is it true? There is a judge who knows no rules of calculus at all: **push** one number up, push it down, and look how the loss
# changes. For a small step $h$,
#
# $$\frac{\partial L}{\partial z} \approx \frac{L(z+h) - L(z-h)}{2h}$$
#
# Along each number our loss is a parabola, and for a parabola this is exact with *any* step: we can afford $h = 1$ and whole numbers.

# %% [markdown] lang="zh"
# $K_{0,0}$ 得到 7；整个梯度就是输入与 $G$ 的互相关（第 04 章已经见过）：
#
# $$\frac{\partial L}{\partial u} = \sum_{i,j} G_{i,j}, \qquad
# \frac{\partial L}{\partial K_{a,b}} = \sum_{i,j} G_{i,j}\, X_{i+a,\,j+b}$$
#
# 这对不对呢？不妨请一位裁判，他连一条求导法则都不懂，只会把一个数往上**推**一下，再往下推一下，看损失怎么变。步长 $h$ 很小时，
#
# $$\frac{\partial L}{\partial z} \approx \frac{L(z+h) - L(z-h)}{2h}$$
#
# 只变动其中一个数时，我们的损失画出来就是一条抛物线，而对抛物线来说，这个式子取*任何*步长都精确成立。所以放心取 $h = 1$，全用整数来算。


# %%
def loss(X, K, u):
    return ((d2l.corr2d(X, K) + u - wanted) ** 2).sum() / 2


def push(function, Z, h=1.0):
    slopes = []
    for place in range(Z.numel()):
        step = Z.new_zeros(Z.numel())
        step[place] = h
        step = step.reshape(Z.shape)
        slopes.append((function(Z + step) - function(Z - step)) / (2 * h))
    return torch.stack(slopes).reshape(Z.shape)


# %% [markdown] lang="en" slide="slide"
# ## A judge who knows no calculus
#
# Push one number up, push it down, look at the loss:
#
# $$\frac{\partial L}{\partial z} \approx \frac{L(z+h) - L(z-h)}{2h}$$
#
# **Predict:** does he agree? And what does he cost?

# %% [markdown] lang="zh" slide="slide"
# ## 一位不懂微积分的裁判
#
# 把一个数往上推一下，再往下推一下，看损失怎么变：
#
# $$\frac{\partial L}{\partial z} \approx \frac{L(z+h) - L(z-h)}{2h}$$
#
# **先猜：** 他同意我们的结果吗？请他一次要付出多大代价？


# %% tags=["slide-answer"]
print("bias:  ", push(lambda u: loss(X, K, u), u).item())
print("kernel:", push(lambda K: loss(X, K, u), K).tolist())

# %% [markdown] lang="en" slide="fragment"
# He agrees. Two losses for every number: slow, but he cannot share your misconceptions.

# %% [markdown] lang="zh" slide="fragment"
# 他同意。每个数要算两次损失：很慢，但你理解上的错误，传染不到他身上。

# %% [markdown] lang="en" slide="notes"
# **2 min.** **Ask:** a network has a million numbers: how many losses? (2,000,000.) Backpropagation costs about as much as a few.
#
# Along one number our loss is a parabola, so the formula is exact with any step; the chapter takes 1 and stays with whole numbers. He will decide a quarrel in a moment.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** **提问：** 一个网络有一百万个数，要算多少次损失？（2,000,000 次。）而反向传播的代价，不过相当于算几次。
#
# 只变动一个数时，我们的损失是一条抛物线，所以步长随便取，式子都精确成立；本章取 1，全用整数。过一会儿，有场争论要请他来裁决。

# %% [markdown] lang="en"
# The same numbers. Keep `push` in mind: it is slow, one pair of losses for each number, but it cannot share your misconceptions.
#
# <details><summary><b>Check yourself:</b> the input is 28 by 28, the kernel 5 by 5. Which shape has G, and which shape has
# <code>corr2d(X, G)</code>?</summary>
#
# $G$ has the shape of the output, $28-5+1 = 24$ both ways. As a kernel, it fits into the input at $28-24+1 = 5$ places both ways: the shape of
# $K$. A gradient always has the shape of what it is the gradient of; check that first.
# </details>

# %% [markdown] lang="zh"
# 一模一样。记住 `push` 这一招：它很慢，每个数都要算一对损失；但你理解上的错误，不会传染给它。
#
# <details><summary><b>自测：</b>输入是 28 乘 28，卷积核是 5 乘 5。G 是什么形状？<code>corr2d(X, G)</code> 又是什么形状？</summary>
#
# $G$ 与输出同形，高和宽都是 $28-5+1 = 24$。拿它当卷积核，在输入上横竖各有 $28-24+1 = 5$ 个位置可放：正是 $K$ 的形状。
# 一个量的梯度，总与这个量同形；检查梯度，先看这一条。
# </details>

# %% [markdown] lang="en"
# ## 3 · The input: which windows contain this pixel?
#
# Why should a pixel carry blame at all? We can't change the photograph. But in a deep network the "picture" is the output of the layer
# before, and that layer waits for *its* $G$. This gradient is the one that travels backwards.
#
# Take the pixel in the middle, the 4. Ask two questions: which windows contain it, and which kernel number lies on it in each?
#
# **Predict:** there are four such windows. Note for each the number of `G` and the number of `K` that lay on the pixel, multiply, and add
# up. In which order do you read the kernel?

# %% [markdown] lang="zh"
# ## 3 · 输入：哪些窗口包含这个像素？
#
# 像素为什么也要负责？照片又改不了。可是在深层网络里，这张“图像”是前一层的输出，而前一层正等着*它自己的* $G$。
# 一路往回传的，正是这个梯度。
#
# 就看正中间的像素 4。问两个问题：哪些窗口包含它？在每个窗口里，压着它的是卷积核的哪个数？
#
# **先猜：** 这样的窗口有四个。对每个窗口，写下 `G` 中对应的数，以及 `K` 中压着这个像素的数，两两相乘，再全部加起来。
# 你是按什么顺序读卷积核的？

# %% [markdown] lang="en" slide="slide"
# ## The input: which windows contain this pixel?
#
# $X = \begin{pmatrix} 0 & 1 & 2 \\ 3 & 4 & 5 \\ 6 & 7 & 8 \end{pmatrix}, \quad K = \begin{pmatrix} 0 & 1 \\ 2 & 3 \end{pmatrix}, \quad G = \begin{pmatrix} 1 & 2 \\ 3 & -1 \end{pmatrix}$
#
# **Predict:** the blame of the middle pixel, the 4. In which order do you read $K$?

# %% [markdown] lang="zh" slide="slide"
# ## 输入：哪些窗口包含这个像素？
#
# $X = \begin{pmatrix} 0 & 1 & 2 \\ 3 & 4 & 5 \\ 6 & 7 & 8 \end{pmatrix}, \quad K = \begin{pmatrix} 0 & 1 \\ 2 & 3 \end{pmatrix}, \quad G = \begin{pmatrix} 1 & 2 \\ 3 & -1 \end{pmatrix}$
#
# **先猜：** 正中间的像素 4 有多大责任？你是按什么顺序读 $K$ 的？

# %% tags=["slide-answer"]
total = 0
for i in range(2):
    for j in range(2):
        off, k = G[i, j].item(), K[1 - i, 1 - j].item()
        print(
            f"window ({i}, {j}): G = {off:2.0f}, on the pixel lay K[{1 - i}, {1 - j}] = {k:.0f}"
        )
        total += off * k
print("together:", total)

# %% [markdown] lang="en" slide="fragment"
# $\frac{\partial L}{\partial X_{r,c}} = \sum_{a,b} G_{r-a,\,c-b}\,K_{a,b}$: two minus signs, a true *convolution*.

# %% [markdown] lang="zh" slide="fragment"
# $\frac{\partial L}{\partial X_{r,c}} = \sum_{a,b} G_{r-a,\,c-b}\,K_{a,b}$：有两个减号，是真正的*卷积*。

# %% [markdown] lang="en" slide="notes"
# **5 min.** First: why should a pixel carry blame at all? We can't change a photograph. But in a deep network this "picture" is the answer of the layer before, which waits for *its* $G$.
#
# **Expect:** they read $K$ forwards. Draw the first window: the pixel stands at its *end*. Forward a layer gathers a window; backward every answer stamps the kernel, times its $G$, onto its window. With `corr2d`: surround $G$ with $k-1$ zeros, turn the kernel by 180 degrees.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 先问：像素为什么也要负责？照片又改不了。可是在深层网络里，这张“图像”是前一层的输出，前一层正等着*它自己的* $G$。
#
# **常见错误：** 顺着读 $K$。画出第一个窗口：这个像素排在*末尾*。前向时，一层把窗口汇总成一格；反向时，每格输出把卷积核乘上自己的 $G$，盖章一样盖回自己的窗口。用 `corr2d` 来做：$G$ 四周各补 $k-1$ 圈零，卷积核旋转 180 度。

# %% [markdown] lang="en"
# You read `G` forwards and the kernel **backwards**, from its last number to its first: the first window has the pixel at its end, the
# last window at its beginning. For any pixel $(r, c)$, with $G$ taken as 0 outside its grid:
#
# $$\frac{\partial L}{\partial X_{r,c}} = \sum_{a,b} G_{r-a,\,c-b}\,K_{a,b}$$
#
# Two minus signs: this is the true **convolution** of chapter 02, section 5. Forward, the layer gathers a window into one answer. Backward,
# each answer *stamps* the kernel, times its $G$, onto its window. Corner pixels lie in one window only, so every overlap
# counts, even that of a single cell. That makes it a **full** convolution, and we get it from `corr2d` in two moves: surround $G$ with $k-1$ rows and
# columns of zeros on each side, and turn the kernel by 180 degrees.

# %% [markdown] lang="zh"
# `G` 是顺着读的，卷积核却是**倒着**读的，从最后一个数读到第一个：在第一个窗口里，这个像素排在末尾；在最后一个窗口里，则排在开头。
# 对任意像素 $(r, c)$，约定 $G$ 在表外取 0，就有
#
# $$\frac{\partial L}{\partial X_{r,c}} = \sum_{a,b} G_{r-a,\,c-b}\,K_{a,b}$$
#
# 出现了两个减号，这正是第 02 章第 5 节里真正的**卷积**。前向时，这一层把一个窗口汇总成一格输出；反向时，每一格输出都把卷积核乘上自己的 $G$，
# 像*盖章*一样盖回自己的窗口上。角上的像素只属于一个窗口，所以每一处重叠都算数，哪怕只叠住一格。
# 这样的运算叫做**完全卷积**（full convolution）。用 `corr2d` 实现它只要两步：在 $G$ 的上下左右各补 $k-1$ 行（列）零，再把卷积核旋转 180 度。


# %%
def full(G, K):
    (k_h, k_w), turned = K.shape, K.flip(0, 1)
    return d2l.corr2d(F.pad(G, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), turned)


# %%
d2l.show_backward(G, K, 1, 1)

# %%
d2l.compare(full(G, K), push(lambda X: loss(X, K, u), X))

# %% [markdown] lang="en"
# **Play:** point at a pixel, or step through them. Lit are the outputs that use it and the weights by which they do. For which pixels is the
# sum a single product, for which has it two terms? One pixel has a negative gradient: find it and say what that means.

# %% [markdown] lang="zh"
# **动手：** 指向一个像素，或者一步一步走过它们。亮起来的是用到这个像素的输出，以及各用了什么权重。
# 哪些像素的算式只有一个乘积，哪些有两项？有一个像素的梯度是负的：找到它，说说这意味着什么。

# %% [markdown] lang="en" slide="slide"
# ## Pixel by pixel: play
#
# Find the pixel whose gradient is negative. What does that mean?

# %% [markdown] lang="zh" slide="slide"
# ## 一个像素一个像素地走
#
# 找到梯度为负的那个像素。这意味着什么？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import WindowExplorer

WindowExplorer(X.detach(), K, "gradient", upstream=G)

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E to go into the picture, then Tab to the button *Step* and Enter once for each pixel; or Tab on to the cells, where the arrow keys move. Escape brings you back. Lit are the answers that use the pixel, and the weights by which they do.
#
# **Ask** before each step: one product, two, or four? Corners have one, the middles of the sides two, the centre four. Bottom right: $-3$. The only answer that uses it is too small, so this pixel is "to blame" for being too dark.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入图中，按 Tab 走到*前进*按钮，每按一次 Enter 就前进一个像素；也可以再按 Tab 走到格子上，用方向键移动。按 Esc 回来。亮起来的是用到这个像素的输出，以及各用了什么权重。
#
# 每走一步之前**提问：** 一个乘积、两个，还是四个？角上一个，边的正中两个，中心四个。右下角是 $-3$：唯一用到它的那格输出偏小，所以它的“过错”在于太暗。

# %% [markdown] lang="en"
# The corners have one product, the middles of the sides two. The bottom right pixel has the gradient $-3$: the only answer that uses it is
# too small, so this pixel is "to blame" for being too dark.
#
# **Turned, not transposed.** You may read that on the way back one correlates with the *transposed* kernel. There is a transpose in
# this story, and the next section shows where, but it is not the kernel's. Our kernel has the same shape either way, so no error message
# will warn you.
#
# **Predict:** what stands in the middle, if you use the transposed kernel in place of the turned one?

# %% [markdown] lang="zh"
# 四个角上的像素只有一个乘积，四条边正中的各有两项。右下角像素的梯度是 $-3$：唯一用到它的那格输出偏小，所以这个像素的“过错”在于太暗。
#
# **是旋转，不是转置。** 有的资料说，反向时要与*转置*后的卷积核做互相关。这里头确实有个转置，下一节就会看到，
# 但转置的不是卷积核。我们的卷积核转置之后形状不变，所以就算弄错了，程序也不会报错提醒你。
#
# **先猜：** 如果不用旋转后的卷积核，而用转置后的，正中间会是多少？

# %% [markdown] lang="en" slide="slide"
# ## Turned, not transposed
#
# "On the way back one correlates with the transposed kernel."
#
# **Predict:** what would then stand in the middle?

# %% [markdown] lang="zh" slide="slide"
# ## 是旋转，不是转置
#
# “反向时，与转置后的卷积核做互相关。”
#
# **先猜：** 真要这样做，正中间会是多少？

# %% tags=["slide-answer"]
right, wrong = full(G, K), d2l.corr2d(F.pad(G, (1, 1, 1, 1)), K.T)
d2l.show_grids(turned=K.flip(0, 1), transposed=K.T, right=right, wrong=wrong)

# %% [markdown] lang="en" slide="fragment"
# The judge says 10. The 4 is wrong, and no error message warns you.

# %% [markdown] lang="zh" slide="fragment"
# 裁判说是 10。4 是错的，可是没有任何报错提醒你。

# %% [markdown] lang="en" slide="notes"
# **3 min.** A turn by 180 degrees reverses rows and columns; a transpose swaps rows for columns. Many texts confuse the two.
#
# **Ask:** somebody tests a backward pass with a kernel of ones and finds the transpose correct. What went wrong? (Such a kernel looks the same either way. Test with numbers without symmetry, best with a kernel that is not square.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 旋转 180 度，行和列的次序都颠倒；转置，是行列互换。许多资料把两者混为一谈。
#
# **提问：** 有人用全为一的卷积核来检验，发现用转置也对。问题出在哪里？（这种卷积核两样做法看起来一模一样。要用不对称的数来检验，最好连形状都不是正方形。）

# %%
truth = push(lambda X: loss(X, K, u), X)
assert torch.equal(right, truth) and not torch.equal(wrong, truth)
for name, grid in {"truth": truth, "turned": right, "transposed": wrong}.items():
    print(f"middle pixel, {name}: {grid[1, 1]:.0f}")

# %% [markdown] lang="en"
# A rotation by 180 degrees reverses the rows *and* the columns; a transpose swaps rows for columns. The judge decides: 10 is right,
# the 4 of the transposed kernel is wrong.
#
# <details><summary><b>Check yourself:</b> somebody tests a backward pass with a kernel of ones, or with a Gaussian blur, and finds the
# transpose correct. What went wrong?</summary>
#
# Those kernels look the same turned and transposed, so the test cannot tell the two apart. Test with numbers without symmetry, best with a kernel that is not
# even square: then the transpose does not have the right shape any more.
# </details>

# %% [markdown] lang="zh"
# 旋转 180 度，是把行和列的次序*都*颠倒；转置，则是行列互换。裁判的判决是：10 对；用转置后的卷积核得到 4，错。
#
# <details><summary><b>自测：</b>有人用全为一的卷积核或者高斯模糊来检验自己的反向传播，结果发现用转置也对。问题出在哪里？</summary>
#
# 这类卷积核旋转之后和转置之后一模一样，检验自然分不出谁对谁错。检验时要用不对称的数，卷积核最好连形状都不是正方形：
# 那样一来，转置后的形状就不对了。
# </details>

# %% [markdown] lang="en"
# ## 4 · The transpose, and a layer of your own
#
# Where is the transpose? Chapter 01 wrote a convolution as a matrix: lay the picture flat, and each answer is a row of weights times the
# pixels. The quickest way to that matrix is to ask the layer: a picture with a single 1 at place $n$ is answered by column $n$.
#
# **Predict:** the matrix for `X` and `K` has four rows and nine columns. Which four numbers stand in the column of the middle pixel, from top to bottom?

# %% [markdown] lang="zh"
# ## 4 · 找到转置，写出自己的层
#
# 那么，转置究竟在哪里？第 01 章曾把卷积写成矩阵：把图像展平，每格输出就是一行权重与所有像素相乘再求和。
# 要得到这个矩阵，最快的办法是直接问这一层：送进一张只在位置 $n$ 有个 1、其余全为零的图像，输出就是矩阵的第 $n$ 列。
#
# **先猜：** `X` 与 `K` 对应的矩阵有四行九列。正中间那个像素所在的那一列，从上到下是哪四个数？

# %% [markdown] lang="en" slide="slide"
# ## Where the transpose really is
#
# The layer as a matrix: four answers, nine pixels.
#
# **Predict:** which four numbers stand in the column of the middle pixel?

# %% [markdown] lang="zh" slide="slide"
# ## 转置究竟在哪里
#
# 把这一层写成矩阵：四格输出，九个像素。
#
# **先猜：** 正中间那个像素所在的列，是哪四个数？

# %% tags=["slide-answer"]
units = torch.eye(9).reshape(9, 3, 3)
T = torch.stack([d2l.corr2d(unit, K).flatten() for unit in units], dim=1)
d2l.show_grids(T=T, mark={"T": [(0, 0, 1, 9), (0, 4, 4, 1)]})

# %% [markdown] lang="en" slide="fragment"
# $y = T x \;\Rightarrow\; \frac{\partial L}{\partial x} = T^\top g$: the *matrix* is transposed; down its columns the kernel is read backwards.

# %% [markdown] lang="zh" slide="fragment"
# $y = T x \;\Rightarrow\; \frac{\partial L}{\partial x} = T^\top g$：转置的是这个*矩阵*；沿着列读，卷积核是倒着的。

# %% [markdown] lang="en" slide="notes"
# **3 min.** A row is one answer: which pixels it uses. A column is one pixel: which answers use it. Forward along the rows, backward along the columns.
#
# **Ask:** read the framed column from top to bottom: where have you seen 3, 2, 1, 0? (The kernel, read backwards.) So both sayings have a true core, and now they know which is which.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一行是一格输出：它用到哪些像素。一列是一个像素：哪些输出用到它。前向沿着行走，反向沿着列走。
#
# **提问：** 把框出的列从上往下读：3、2、1、0，在哪里见过？（倒着读的卷积核。）所以两种说法都有道理，现在分得清谁是谁了。

# %% [markdown] lang="en"
# The framed row is one answer: which pixels it uses, by which weights. The framed column is the pixel in the middle: which answers use *it*, by
# which weights: 3, 2, 1, 0, the kernel read backwards. Forward we go along the rows, backward along the columns:
#
# $$y = T x \quad\Longrightarrow\quad \frac{\partial L}{\partial x_n} = \sum_m g_m\,T_{m,n}
# \quad\Longrightarrow\quad \frac{\partial L}{\partial x} = T^\top g$$
#
# **This matrix is transposed,** and inside the transposed matrix the kernel appears turned.

# %% [markdown] lang="zh"
# 框出的那一行代表一格输出：它用到哪些像素，各用什么权重。框出的那一列代表正中间的像素：哪些输出用到*它*，各用什么权重。
# 这一列从上到下是 3、2、1、0，正是倒着读的卷积核。前向沿着行走，反向沿着列走：
#
# $$y = T x \quad\Longrightarrow\quad \frac{\partial L}{\partial x_n} = \sum_m g_m\,T_{m,n}
# \quad\Longrightarrow\quad \frac{\partial L}{\partial x} = T^\top g$$
#
# **转置的是这个矩阵。** 而在转置后的矩阵里，卷积核恰好是旋转过的。

# %% [markdown] lang="en"
# The other two gradients come from matrices in the same way. The answers depend on the kernel through $y = A k$, where every row of $A$ is a window
# laid flat (chapter 04; `F.unfold` lays it), and on the bias through a column of ones. By rule, by matrix, by autograd:

# %% [markdown] lang="zh"
# 另外两个梯度同样可以用矩阵得到。从卷积核到输出是 $y = A k$，其中 $A$ 的每一行是一个展平的窗口（第 04 章；`F.unfold` 一次展平所有窗口）；
# 从偏置到输出，矩阵只有一列，全为一。用规则、用矩阵、用自动求导，各算一遍：

# %%
g = G.flatten()
A = F.unfold(X[None, None], (2, 2))[0].T
by_rule = [full(G, K), d2l.corr2d(X, G), G.sum()]
by_matrix = [(T.T @ g).reshape(3, 3), (A.T @ g).reshape(2, 2), torch.ones(4) @ g]
by_autograd = blame(X, K, u, wanted)

# %%
y = Y.flatten()
print("forward: ", torch.equal(T @ X.flatten(), y), torch.equal(A @ K.flatten(), y))
for rule, matrix, autograd in zip(by_rule, by_matrix, by_autograd, strict=True):
    print("backward:", torch.equal(rule, matrix), torch.equal(rule, autograd))

# %% [markdown] lang="en"
# Now you have all three rules, and can teach them to PyTorch. A `torch.autograd.Function` is an operation with its own backward pass:
# `forward` computes the answer and notes what the way back will need; `backward` is handed $G$ and returns one gradient for each input.

# %% [markdown] lang="zh"
# 三条规则齐了，可以教给 PyTorch。`torch.autograd.Function` 是自带反向传播的运算：
# `forward` 算出结果，并记下反向时要用的东西；`backward` 拿到 $G$，对每个输入各返回一个梯度。

# %% [markdown] lang="en" slide="slide"
# ## A layer of your own
#
# **Predict:** `forward` saves picture and kernel. Why not the bias?

# %% [markdown] lang="zh" slide="slide"
# ## 自己的层
#
# **先猜：** `forward` 存下了图像和卷积核，为什么不存偏置？


# %% tags=["slide-code"]
class Correlate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, X, K, u):
        ctx.save_for_backward(X, K)
        return d2l.corr2d(X, K) + u

    @staticmethod
    def backward(ctx, G):
        X, K = ctx.saved_tensors
        return full(G, K), d2l.corr2d(X, G), G.sum()


# %% [markdown] lang="en" slide="fragment"
# Each gradient needs the *other* factor; nobody needs the bias. PyTorch's own judge, `gradcheck`, passes the layer.

# %% [markdown] lang="zh" slide="fragment"
# 求梯度要用的是*另一个*因子，偏置谁也用不着。PyTorch 的裁判 `gradcheck` 判定：通过。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the last line together: one gradient for each input, two cross-correlations and a sum. Whoever can compute a convolution fast can also train one fast.
#
# `gradcheck` pushes every input number and compares; the version with the transposed kernel fails. **Ask:** what follows for memory? Every layer keeps its input, which is a main reason why training takes so much more than answering.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一起读最后一行：对每个输入返回一个梯度，两个互相关，一个求和。谁能把卷积算得快，谁训练起来也就快。
#
# `gradcheck` 把每个输入数推一推再对照；误用转置卷积核的版本通不过。**提问：** 这对内存意味着什么？每一层都得存下自己的输入，训练比单纯计算输出占内存得多，这是主要原因之一。


# %% [markdown] lang="en"
# And PyTorch has a judge of the same kind as ours: `torch.autograd.gradcheck` pushes every input number up and down and compares with
# what your `backward` says. It takes tiny steps, so it wants float64. For comparison we let it judge the transposed kernel too.

# %% [markdown] lang="zh"
# PyTorch 也有这样一位裁判：`torch.autograd.gradcheck` 把输入里的每个数往上推、往下推，再与你的 `backward` 对照。
# 它的步长很小，所以要用 float64。作为比较，误用转置卷积核的写法也让它判一判。


# %%
class Transposed(Correlate):
    @staticmethod
    def backward(ctx, G):
        X, K = ctx.saved_tensors
        return d2l.corr2d(F.pad(G, (2, 2, 2, 2)), K.T), d2l.corr2d(X, G), G.sum()


# %%
torch.manual_seed(0)
inputs = [
    torch.randn(shape, dtype=torch.float64, requires_grad=True)
    for shape in [(5, 6), (3, 3), ()]
]
print("turned:    ", torch.autograd.gradcheck(Correlate.apply, inputs))
print("transposed:", torch.autograd.gradcheck(Transposed.apply, inputs, raise_exception=False))

# %% [markdown] lang="en"
# Your layer has passed. Notice what the backward pass is made of: of the three gradients one is a sum, and two are cross-correlations. Whoever
# can compute a convolution fast can also train one fast.
#
# <details><summary><b>Check yourself:</b> why does <code>forward</code> save the picture and the kernel, but not the bias?</summary>
#
# The kernel's gradient needs the picture, the picture's gradient needs the kernel. Nobody needs the bias. Saved pictures, one for
# each layer, are a main reason why training takes so much more memory than answering.
# </details>

# %% [markdown] lang="zh"
# 你的层通过了。看看反向传播是由什么组成的：三个梯度里，一个是求和，两个是互相关。谁能把卷积算得快，谁训练起来也就快。
#
# <details><summary><b>自测：</b>为什么 <code>forward</code> 要存下图像和卷积核，却不存偏置？</summary>
#
# 卷积核的梯度要用图像，图像的梯度要用卷积核，而偏置谁也用不着。每一层都得存下自己的输入，
# 训练占用的内存之所以比单纯计算输出多得多，这是一个主要原因。
# </details>

# %% [markdown] lang="en"
# ## 5 · Stride, padding, channels
#
# A real layer has more than one channel, pads its input and may take strides (chapters 05 and 06). Each needs one more idea, and the ideas
# can be found by asking "what happened on the way forward?".
#
# - **Stride** $s$: as if all windows had been computed and only every $s$-th kept. The others never reached the loss, so their gradient is 0:
#   put $s-1$ **zeros between** the cells of $G$.
# - **Padding** $p$: the layer worked on a larger picture. Compute the gradient of that one, and **crop** $p$ cells on each side, because nobody asked
#   what the padding is to blame for.
# - **Channels**: a pixel of channel $c$ is used by *every* output channel $o$, with the kernel $K_{o,c}$: **sum over the output channels**.
#   Forward each output sums over the input channels; backward the two axes of the kernel change their roles.
#
# **Predict:** a row of 8 pixels, kernel 3, stride 2, no padding. How many answers are there? Which pixel gets the gradient 0, whatever the
# kernel is?

# %% [markdown] lang="zh"
# ## 5 · 步幅、填充、通道
#
# 真实的层不止一个通道，要给输入加填充，还可能带步幅（第 05、06 章）。三者各要多想一步；
# 怎么想，问一句“前向时发生了什么”就知道了。
#
# - **步幅** $s$：就像先算出所有窗口，再每 $s$ 个留一个。其余的窗口根本没有进入损失，梯度为 0：
#   所以在 $G$ 的格与格之间**插入** $s-1$ 个**零**。
# - **填充** $p$：这一层其实是在一张更大的图像上工作。先求那张大图的梯度，再把每边的 $p$ 格**裁掉**，因为没有人要追究填充的责任。
# - **通道**：通道 $c$ 的一个像素，*每个*输出通道 $o$ 都要用到，用的卷积核是 $K_{o,c}$：所以要**对输出通道求和**。
#   前向时，每个输出对输入通道求和；反向时，卷积核的这两个轴互换角色。
#
# **先猜：** 一行 8 个像素，卷积核大小 3，步幅 2，不填充。有几格输出？不管卷积核是什么，哪个像素的梯度一定是 0？

# %% [markdown] lang="en" slide="slide"
# ## Stride, padding, channels
#
# - **stride** $s$: put $s-1$ zeros between the cells of $G$
# - **padding** $p$: crop $p$ cells on each side
# - **channels**: sum over the output channels
#
# **Predict:** 8 pixels, kernel 3, stride 2. Which pixel gets 0, whatever the kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 步幅、填充、通道
#
# - **步幅** $s$：在 $G$ 的格与格之间插入 $s-1$ 个零
# - **填充** $p$：每边裁掉 $p$ 格
# - **通道**：对输出通道求和
#
# **先猜：** 8 个像素，卷积核大小 3，步幅 2。不管卷积核是什么，哪个像素一定得 0？


# %% tags=["slide-answer"]
def zeros_between(G, stride):
    h, w = G.shape
    wide = G.new_zeros((h - 1) * stride + 1, (w - 1) * stride + 1)
    wide[::stride, ::stride] = G
    return wide


row_of_G, row_of_K = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[1.0, 1.0, 1.0]])
wide = zeros_between(row_of_G, 2)
d2l.show_grids(G=row_of_G, wide=wide, dX=full(wide, row_of_K))

# %% [markdown] lang="en" slide="fragment"
# The eighth: no window reached it.

# %% [markdown] lang="zh" slide="fragment"
# 第八个：没有窗口够得着它。

# %% [markdown] lang="en" slide="notes"
# **3 min.** One question finds all three rules: *what happened on the way forward?* Stride: all windows computed, most thrown away; what was thrown away never reached the loss. Padding: the layer worked on a larger picture. Channels: every output channel used this pixel.
#
# **Expect:** some want to divide by the stride, or to spread the gradient over the gap. Nothing was averaged, so nothing is spread.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 三条规则，问一句就都推得出来：*前向时发生了什么？* 步幅：先算出所有窗口，大部分又扔掉，扔掉的根本没有进入损失。填充：这一层是在更大的图像上工作。通道：每个输出通道都用到这个像素。
#
# **常见错误：** 想除以步幅，或者把梯度摊到空格里。前向没有取平均，反向也就没有平摊。

# %% [markdown] lang="en"
# Three answers, and `dX` has only seven cells: the eighth pixel was dropped by the rounding in the shape formula, no window reached it, and it gets a
# 0. So we lay what we have into a canvas of zeros as large as the padded picture, then crop. All of it, for stacks of channels:

# %% [markdown] lang="zh"
# 输出有三格，而 `dX` 只有七格：形状公式取整时舍掉了第八个像素，没有窗口够得着它，梯度就是 0。
# 所以先铺一张全零的画布，大小与填充后的图像相同，把算出来的部分放进去，再裁剪。把这些全合在一起，写成多通道的版本：


# %%
def input_gradient(G, K, size, stride=1, padding=0):
    h, w = size[0] + 2 * padding, size[1] + 2 * padding
    canvas = G.new_zeros(K.shape[1], h, w)
    for o in range(K.shape[0]):
        for c in range(K.shape[1]):
            part = full(zeros_between(G[o], stride), K[o, c])
            canvas[c, : part.shape[0], : part.shape[1]] += part
    return canvas[:, padding : padding + size[0], padding : padding + size[1]]


# %% [markdown] lang="en"
# Against autograd, with three input and two output channels, and neither kernel nor picture square:

# %% [markdown] lang="zh"
# 与自动求导对照。这里有三个输入通道、两个输出通道，卷积核和图像都不是正方形：

# %%
torch.manual_seed(0)
filters = torch.randn(2, 3, 3, 4, dtype=torch.float64)
for stride, padding in [(1, 0), (1, 2), (2, 0), (2, 1), (3, 2)]:
    stack = torch.randn(3, 8, 11, dtype=torch.float64, requires_grad=True)
    out = F.conv2d(stack[None], filters, stride=stride, padding=padding)[0]
    grad = torch.randn_like(out)
    out.backward(grad)
    mine = input_gradient(grad, filters, (8, 11), stride, padding)
    print(f"stride {stride}, padding {padding}:", d2l.compare(mine, stack.grad).same)

# %% [markdown] lang="en"
# The kernel's gradient takes the same steps: pad the picture as the layer did, put zeros between the cells of $G$, correlate; for each pair
# of channels, $K_{o,c}$ receives the correlation of input channel $c$ with $G_o$. Exercises 2 and 11 are about it.
#
# <details><summary><b>Check yourself:</b> and a kernel with dilation?</summary>
#
# Its gaps are zeros between the kernel numbers. Write the kernel out with these zeros and use it as before; of the kernel's gradient keep
# only the places that hold a number. Stride and dilation change places: the forward stride becomes a dilation of $G$.
# </details>

# %% [markdown] lang="zh"
# 卷积核的梯度也是同样几步：像前向时那样给图像加填充，在 $G$ 的格与格之间插入零，再做互相关；对每一对通道，
# $K_{o,c}$ 得到的是输入通道 $c$ 与 $G_o$ 的互相关。练习 2 和练习 11 做的就是这件事。
#
# <details><summary><b>自测：</b>卷积核带空洞时又怎样？</summary>
#
# 空出来的地方，就是卷积核各数之间的零。把这些零写出来，得到一个大卷积核，照旧使用；求卷积核的梯度时，只保留真正有数的位置。
# 步幅与空洞互换了角色：前向的步幅，到了反向就成了 $G$ 的空洞。
# </details>

# %% [markdown] lang="en"
# ## 6 · The way back as a layer, and its checkerboards
#
# The way back turns small grids into large ones. Sometimes one wants just that on the way *forward*: to draw a picture from a few
# numbers, or to say for every pixel of a photograph what it belongs to. So the operation has become a layer of its own, the
# **transposed convolution**, `nn.ConvTranspose2d`. It takes the very same weights, with the same order of axes.

# %% [markdown] lang="zh"
# ## 6 · 把反向运算做成一个层，以及它的棋盘纹
#
# 反向的运算把小表变成大表。有时候*前向*时要的也正是这个：比如由几个数画出一张图像，或者说出照片的每个像素各属于什么。
# 于是这个运算自立门户，成了一个层：**转置卷积** `nn.ConvTranspose2d`。它用的权重与卷积完全相同，连轴的次序都一样。

# %%
down = nn.Conv2d(3, 16, kernel_size=4, stride=2, padding=1, bias=False)
up = nn.ConvTranspose2d(16, 3, kernel_size=4, stride=2, padding=1, bias=False)
small = down(torch.zeros(1, 3, 32, 32))
print("weights:", tuple(down.weight.shape), tuple(up.weight.shape))
print("shapes: ", tuple(small.shape), "->", tuple(up(small).shape))

# %% [markdown] lang="en"
# Is it really the backward pass of the convolution, for every stride and padding? One question must be settled first.
#
# **Predict:** kernel 3, stride 2, padding 1. How many answers does a row of 7 pixels give, and a row of 8? Then how should a transposed
# convolution know which of the two it is to give back?

# %% [markdown] lang="zh"
# 它真的就是卷积的反向传播吗？不论步幅和填充是多少，都是吗？先要解决一个问题。
#
# **先猜：** 卷积核大小 3，步幅 2，填充 1。一行 7 个像素得到几格输出？一行 8 个呢？那么，转置卷积怎么知道该还原成哪一种大小？

# %%
print("forward: ", [d2l.output_size(n, 3, padding=1, stride=2) for n in (7, 8)])
four, three = torch.ones(1, 1, 4), torch.ones(1, 1, 3)
for extra in (0, 1):
    back = F.conv_transpose1d(four, three, stride=2, padding=1, output_padding=extra)
    print("backward, output_padding", extra, "gives", back.shape[-1])

# %% [markdown] lang="en"
# Several sizes lead to the same output, because the shape formula rounds down. `output_padding` says which one is meant. It crops
# that much less at the end; where nothing is left to crop it appends zeros, for the pixels that no window reached. With $m$ cells in, the size out is
#
# $$n = (m-1)\,s - 2p + k + \text{output padding}$$
#
# Now the comparison, over strides, paddings, and remainders:

# %% [markdown] lang="zh"
# 形状公式向下取整，所以有好几种大小会得到同样的输出，`output_padding` 就用来说明要的是哪一种：末尾少裁这么多格；
# 要是已经没有可裁的，就在末尾补零，补给那些没有窗口够得着的像素。输入 $m$ 格，输出的大小就是
#
# $$n = (m-1)\,s - 2p + k + \text{output padding}$$
#
# 现在来对照，各种步幅、填充和余数都试一试：

# %%
torch.manual_seed(0)
for s, p, extra in [(1, 0, 0), (1, 1, 0), (2, 0, 1), (2, 1, 0), (2, 1, 1), (3, 2, 2)]:
    n = (5 - 1) * s - 2 * p + 3 + extra
    x = torch.randn(1, 3, n, n, dtype=torch.float64, requires_grad=True)
    w = torch.randn(2, 3, 3, 3, dtype=torch.float64)
    g = torch.randn(1, 2, 5, 5, dtype=torch.float64)
    F.conv2d(x, w, stride=s, padding=p).backward(g)
    back = F.conv_transpose2d(g, w, stride=s, padding=p, output_padding=extra)
    ours = input_gradient(g[0], w, (n, n), s, p)
    same = d2l.compare(back, x.grad).same and d2l.compare(ours, x.grad[0]).same
    print(f"stride {s}, padding {p}, output_padding {extra}: size {n}, the same {same}")

# %% [markdown] lang="en"
# Autograd, PyTorch's layer and our own function agree. In old papers the layer is called "deconvolution", as if it undid a convolution.
#
# **Predict:** convolve the picture `X` with `K`, then apply the transposed convolution with the same `K`. Do you get `X` back?

# %% [markdown] lang="zh"
# 自动求导、PyTorch 的层、我们自己的函数，三者一致。早期的论文把这个层叫做“反卷积”（deconvolution），好像它能把卷积撤销似的。
#
# **先猜：** 用 `K` 对图像 `X` 做卷积，再用同一个 `K` 做转置卷积。能把 `X` 还原出来吗？

# %% [markdown] lang="en" slide="slide"
# ## The way back as a layer
#
# `nn.ConvTranspose2d` is the backward pass of a convolution, used forward.
#
# **Predict:** convolve `X` with `K`, then apply it with the same `K`. Do you get `X` back?

# %% [markdown] lang="zh" slide="slide"
# ## 把反向运算做成一个层
#
# `nn.ConvTranspose2d` 就是把卷积的反向运算拿到前向来用。
#
# **先猜：** 用 `K` 对 `X` 做卷积，再用同一个 `K` 做转置卷积，能还原出 `X` 吗？

# %% tags=["slide-answer"]
there = F.conv2d(X[None, None], K[None, None])
and_back = F.conv_transpose2d(there, K[None, None])
d2l.show_grids(X=X, there=there[0, 0], and_back=and_back[0, 0])

# %% [markdown] lang="en" slide="fragment"
# The *shape* comes back, the picture does not: four answers do not determine nine pixels.

# %% [markdown] lang="zh" slide="fragment"
# 还原的是*形状*，不是图像：四格输出定不出九个像素。

# %% [markdown] lang="en" slide="notes"
# **2 min.** It is wanted where small grids must become large ones: to draw, or to say for every pixel what it belongs to.
#
# **Expect:** "yes, that is why it was called deconvolution". The old name misleads: $T^\top T$ is not the identity.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 小表要变成大表时就用得上它：画图像，或者说出每个像素各属于什么。
#
# **常见错误：** “能还原，不然怎么叫反卷积呢？”旧名字误导人：$T^\top T$ 不是单位矩阵。

# %%
print("back to X:", torch.equal(and_back[0, 0], X))
print("numbers in:", T.shape[1], " independent answers:", torch.linalg.matrix_rank(T).item())

# %% [markdown] lang="en"
# Not at all. It restores the *shape*, nothing else: $T^\top T$ is not the identity. It can't be, because four answers do not
# determine nine pixels.
#
# **Where checkerboards come from.** With stride 2 and kernel 3, how many stamps fall on each pixel? Put in ones everywhere and use a kernel of ones; then every
# cell of the output counts its stamps.
#
# **Predict:** begin with one axis. Four stamps, each three cells long, start at the cells 0, 2, 4 and 6: how many lie on each of the cells 0 to 8? And which numbers
# will the square grid contain?

# %% [markdown] lang="zh"
# 根本不行。转置卷积还原的只是*形状*：$T^\top T$ 不是单位矩阵。要还原图像本来就不可能，四格输出定不出九个像素。
#
# **棋盘纹从何而来。** 步幅 2、卷积核大小 3 的时候，每个像素上盖了几个章？让输入处处为一，卷积核也全为一，输出每一格的值就是这一格被盖的次数。
#
# **先猜：** 先看一条轴。四个章各长三格，分别从第 0、2、4、6 格盖起：第 0 至 8 格各被盖几次？那么，二维的表里会出现哪些数？


# %%
def stamps(kernel, stride, cells=4):
    ones = torch.ones(1, 1, cells, cells)
    return F.conv_transpose2d(ones, torch.ones(1, 1, kernel, kernel), stride=stride)[0, 0]


# %%
d2l.show_grids(stamps=stamps(3, 2))

# %% [markdown] lang="en"
# Along one axis the pixels take turns: covered once, covered twice, once, twice. In two dimensions that makes 1, 2 and 4, a checkerboard. The input was perfectly
# even; the pattern is made by the layer.
#
# **Play:** change kernel and stride. For which pairs is the inside even? What happens if the stride is larger than the kernel?

# %% [markdown] lang="zh"
# 沿着一条轴看，像素轮流被盖一次、两次、一次、两次。放到二维，就成了 1、2、4 交错的棋盘。输入完全均匀，花纹是这个层自己造出来的。
#
# **动手：** 改变卷积核大小 kernel 和步幅 stride。哪些组合的内部是均匀的？步幅比卷积核还大时会怎样？

# %% tags=["explorer"]
d2l.sliders(
    lambda kernel, stride: d2l.show_grids(stamps=stamps(kernel, stride)),
    kernel=range(3, 7),
    stride=range(2, 5),
)

# %%
for k in range(1, 7):
    inside = [stamps(k, s, cells=20)[10:20, 10:20] for s in range(1, 5)]
    even = [bool((part == part[0, 0]).all()) for part in inside]
    assert even == [k % s == 0 for s in range(1, 5)]
    print(f"kernel {k}: even for the strides", [s for s in range(1, 5) if even[s - 1]])

# %% [markdown] lang="en"
# **With equal weights, the inside is even exactly when the stride divides the kernel.** Then each pixel gets $(k/s)^2$ stamps. (Where the stride is larger than the kernel, the stamps do not even touch: gaps of zeros remain.) Here is a real
# picture, enlarged to twice its size with kernel 3 and with kernel 4, the weights all equal:

# %% [markdown] lang="zh"
# **权重处处相等时，步幅能整除卷积核大小，内部就均匀；不能整除，就不均匀。** 整除时，每个像素都得到 $(k/s)^2$ 个章。
# （步幅比卷积核还大时，章与章根本挨不着，中间留下一道道零。）
# 看看真实的图像：用权重相等的卷积核把它放大到两倍，卷积核大小分别取 3 和 4：

# %% [markdown] lang="en" slide="slide"
# ## How many stamps fall on each cell?
#
# Kernel 3, stride 2: along one axis, stamps of three cells start at 0, 2, 4 and 6. **Predict:** how many lie on each of the cells 0 to 8?

# %% [markdown] lang="zh" slide="slide"
# ## 每一格被盖几次章？
#
# 卷积核大小 3，步幅 2：沿一条轴，每个章长三格，从第 0、2、4、6 格盖起。**先猜：** 第 0 到 8 格各被盖几次？

# %% tags=["slide-answer"]
flower = F.avg_pool2d(d2l.photo("flower", gray=True)[None, None, 48:336, 112:496], 8)


def enlarged(k):
    weights = torch.ones(1, 1, k, k) * 4 / k**2  # they sum to 4: one pixel becomes four
    return F.conv_transpose2d(flower, weights, stride=2)[0, 0, 2:-2, 2:-2]


d2l.show_images(
    {"small": flower[0, 0], "kernel 3": enlarged(3), "kernel 4": enlarged(4)}, repeatable=False
)

# %% [markdown] lang="en" slide="fragment"
# 1 1 2 1 2 1 2 1 1: a *checkerboard*. Equal weights are even inside exactly if the stride divides the kernel.

# %% [markdown] lang="zh" slide="fragment"
# 1 1 2 1 2 1 2 1 1：*棋盘纹*。权重相等时，步幅能整除卷积核大小，内部才均匀。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Everybody writes nine numbers before the key. In two dimensions the counts multiply: 1, 2 and 4. The input is even, the layer makes the pattern; point at the grid in the middle picture. Such grids are seen in pictures drawn by networks, and in gradients.
#
# **Ask:** is kernel 4 a full cure? **Expect:** yes. But *learned* weights need not be equal. Safer: repeat the pixels, then convolve with stride 1.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 按键之前，每个人先写下九个数。放到二维，次数相乘，得 1、2、4。输入是均匀的，花纹是这个层造出来的；指给大家看中间那张图上的格纹。网络画出来的图像里常有，梯度里也有。
#
# **提问：** 取 4 就根治了吗？**常见错误：** 根治了。其实*学*出来的权重未必处处相等。更稳妥的做法：先重复像素，再做步幅 1 的卷积。

# %% [markdown] lang="en"
# Such grids are seen in pictures drawn by networks. They also appear in gradients: what a convolution with kernel 3 and stride 2 hands back
# to its input is stamped in just this way. Division is not a full cure, since *learned* weights need not be equal. Safer is to enlarge the picture
# by repeating pixels and then to convolve with stride 1:

# %% [markdown] lang="zh"
# 网络画出来的图像里常能看到这种格纹。梯度里也有：卷积核大小 3、步幅 2 的卷积，传回给输入的梯度正是这样盖章盖出来的。
# 能整除也不算根治，因为*学*出来的权重未必处处相等。更稳妥的做法是先重复像素、把图像放大，再做步幅 1 的卷积：

# %%
torch.manual_seed(0)
ones, any_kernel = torch.ones(1, 1, 8, 8).double(), torch.randn(1, 1, 4, 4).double()
by_transpose = F.conv_transpose2d(ones, any_kernel, stride=2)[0, 0, 4:-4, 4:-4]
by_repeating = F.conv2d(F.interpolate(ones, scale_factor=2), any_kernel)[0, 0]
for name, grid in {"transposed": by_transpose, "repeated": by_repeating}.items():
    print(f"{name}: even with random weights", bool((grid - grid[0, 0]).abs().max() < 1e-9))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a transposed convolution is to turn 7 by 7 into 14 by 14, with stride 2. Kernel 3 or 4, and which
# padding?</summary>
#
# Kernel 4, because 2 divides it. From $(7-1)\cdot 2 - 2p + 4 = 14$ follows $p = 1$. This combination is the one that you will meet most often in
# networks that draw.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>想用步幅 2 的转置卷积把 7 乘 7 变成 14 乘 14。卷积核大小取 3 还是 4？填充取多少？</summary>
#
# 取 4，因为它能被 2 整除。由 $(7-1)\cdot 2 - 2p + 4 = 14$ 得 $p = 1$。在会画图的网络里，最常见的就是这种搭配。
# </details>

# %% [markdown] lang="en"
# ## 7 · Through pooling, and through a whole network
#
# Pooling has no weights; it only passes the blame on. **Average pooling** answers with the mean of a window, **max pooling** with its largest cell.

# %% [markdown] lang="zh"
# ## 7 · 穿过汇聚（池化），穿过整个网络
#
# 汇聚没有权重，只是把责任往回转交。**平均汇聚**输出窗口的平均值，**最大汇聚**输出窗口里最大的一格。

# %%
Z = torch.tensor([[1.0, 5, 2, 0], [3, 4, 1, 7], [6, 2, 0, 3], [1, 0, 9, 4]])
d2l.show_grids(Z=Z)

# %% [markdown] lang="en"
# **Predict:** `Z` is pooled by windows of 2 by 2, and every answer has the gradient 4. What does each cell get, in both kinds of pooling?

# %% [markdown] lang="zh"
# **先猜：** 用 2 乘 2 的窗口汇聚 `Z`，每格输出的梯度都是 4。两种汇聚下，每一格各分到多少？


# %%
def through(pool, Z, G):
    Z = Z.clone().requires_grad_()
    pool(Z[None, None]).backward(G[None, None])
    return Z.grad


# %% [markdown] lang="en" slide="slide"
# ## Through pooling
#
# $Z = \begin{pmatrix} 1 & 5 & 2 & 0 \\ 3 & 4 & 1 & 7 \\ 6 & 2 & 0 & 3 \\ 1 & 0 & 9 & 4 \end{pmatrix}$, windows of 2 by 2, every answer has the gradient 4.
#
# **Predict:** what does each cell get, from the average and from the maximum?

# %% [markdown] lang="zh" slide="slide"
# ## 穿过汇聚
#
# $Z = \begin{pmatrix} 1 & 5 & 2 & 0 \\ 3 & 4 & 1 & 7 \\ 6 & 2 & 0 & 3 \\ 1 & 0 & 9 & 4 \end{pmatrix}$，窗口 2 乘 2，每格输出的梯度都是 4。
#
# **先猜：** 平均汇聚和最大汇聚下，每一格各分到多少？


# %% tags=["slide-answer"]
fours = torch.full((2, 2), 4.0)
average = through(lambda z: F.avg_pool2d(z, 2), Z, fours)
largest = through(lambda z: F.max_pool2d(z, 2), Z, fours)
d2l.show_grids(average=average, largest=largest)

# %% [markdown] lang="en" slide="notes"
# **3 min.** The mean treats the cells alike; the maximum used one cell only, the winner, and it gets all.
#
# Then the whole network in one breath, backwards: softmax with cross-entropy hands back $p - y$ (again "too large by"), the output layer $W^\top$, max pooling gives to the winner, ReLU passes where the input was positive, the convolution stamps. **Ask:** all four cells of a window were negative before ReLU: who gets a gradient? (Nobody.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 平均对各格一视同仁；最大只用了一格，即胜者，于是全归胜者。
#
# 然后一口气把整个网络倒着走一遍：softmax 与交叉熵传回 $p - y$（又是“偏大了多少”），输出层乘 $W^\top$，最大汇聚交给胜者，ReLU 在输入为正处放行，卷积盖章。**提问：** 某个窗口的四格在 ReLU 之前全是负数，谁分得到梯度？（谁也分不到。）

# %% [markdown] lang="en"
# The mean treats the cells alike, so each of the four gets a quarter. The maximum used one cell only, the **winner**, and the winner gets it all.
#
# One detail decides whether two programs agree: what if two cells are equally large? The maximum then has no derivative, and each program must choose.
# `d2l.pool2d` is built from `amax`, which shares between equal cells; `F.max_pool2d` takes the first.

# %% [markdown] lang="zh"
# 平均汇聚对各格一视同仁，四格各得四分之一；最大汇聚只用了一格，即**胜者**，于是全归胜者。
#
# 还有一个细节，决定着两个程序的结果是否一致：如果有两格一样大，怎么办？此时最大值没有导数，程序只能自己选。
# `d2l.pool2d` 是用 `amax` 写的，让相等的格平分；`F.max_pool2d` 则全给第一个。

# %%
tie = torch.tensor([[2.0, 7.0], [1.0, 7.0]])
one = torch.ones(1, 1)
shared = through(lambda z: d2l.pool2d(z[0, 0], 2)[None, None], tie, one)
first = through(lambda z: F.max_pool2d(z, 2), tie, one)
d2l.show_grids(tie=tie, shared=shared, first=first)

# %%
print("slope of ReLU at 0:", through(F.relu, torch.zeros(1, 1), one).item())

# %% [markdown] lang="en"
# Neither is wrong: a kink has many slopes. ReLU has a kink at 0 as well, where PyTorch takes the slope 0.
#
# Now you can go through a **whole network** by yourself. These are the parts of a deep convolutional network, with what each does on the way there and
# on the way back:
#
# | part | forward | backward |
# | --- | --- | --- |
# | input | the pixels | the end of the way |
# | convolution | the same question at every window | for the input, a full convolution; for the kernel, correlation with the input; for the bias, a sum |
# | ReLU | what is negative becomes 0 | passes where the input was positive, 0 elsewhere |
# | max pooling | the largest of each window | to the winner |
# | global average pooling | the mean of each map | spread evenly over the map |
# | output layer | one score a class, $s = W f + c$ | $W^\top$ for the features |
# | softmax and cross-entropy | scores to probabilities $p$, then $-\log p_{\text{label}}$ | $p - y$ |
#
# In the last line $y$ is 1 for the right class and 0 for the others. It is the "too large by" of section 1 again: **probability given
# minus probability wanted.** Here is a tiny network with all of these parts:

# %% [markdown] lang="zh"
# 两种都不算错：折点处的斜率本来就有多种取法。ReLU 在 0 处也有折点，PyTorch 在那里取斜率 0。
#
# 现在你可以独自走完**整个网络**了。深层卷积网络由下面这些部件组成，表中列出每个部件在前向和反向时各做什么：
#
# | 部件 | 前向 | 反向 |
# | --- | --- | --- |
# | 输入 | 像素 | 终点 |
# | 卷积 | 在每个窗口问同一个问题 | 对输入，完全卷积；对卷积核，与输入做互相关；对偏置，求和 |
# | ReLU | 负数变成 0 | 输入为正处放行，其余为 0 |
# | 最大汇聚 | 取每个窗口的最大值 | 归胜者 |
# | 全局平均汇聚 | 取每张特征图的平均 | 平均分给整张图 |
# | 输出层 | 每类一个得分，$s = W f + c$ | 对特征，乘 $W^\top$ |
# | softmax 与交叉熵 | 得分变成概率 $p$，再取 $-\log p_{\text{label}}$ | $p - y$ |
#
# 最后一行的 $y$，对正确的类别是 1，对其余类别是 0。这又是第 1 节的“偏大了多少”：**给出的概率减去想要的概率。**
# 下面这个小小的网络，上述部件一应俱全：

# %%
torch.manual_seed(0)
pixels = torch.randn(1, 1, 6, 6, dtype=torch.float64, requires_grad=True)
kernels = torch.randn(2, 1, 3, 3, dtype=torch.float64, requires_grad=True)
biases = torch.randn(2, dtype=torch.float64, requires_grad=True)
W = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
c = torch.randn(3, dtype=torch.float64, requires_grad=True)
label = torch.tensor([2])


# %%
def forward(pixels, kernels, biases, W, c):
    maps = F.conv2d(pixels, kernels, biases)  # (1, 2, 4, 4)
    active = F.relu(maps)
    pooled, winners = F.max_pool2d(active, 2, return_indices=True)  # (1, 2, 2, 2)
    features = pooled.mean((2, 3))  # global average pooling: (1, 2)
    scores = features @ W.T + c  # (1, 3)
    return maps, active, pooled, winners, features, scores


# %%
maps, active, pooled, winners, features, scores = forward(pixels, kernels, biases, W, c)
for stage in (maps, active, pooled, features, scores):
    stage.retain_grad()  # or autograd throws them away
for leaf in (pixels, kernels, biases, W, c):
    leaf.grad = None  # in case you run this cell twice
F.cross_entropy(scores, label).backward()

# %% [markdown] lang="en"
# Autograd has its answers; we do not look at them. From the loss to the features:

# %% [markdown] lang="zh"
# 自动求导已经有了答案，我们先不看。从损失走到特征：

# %%
with torch.no_grad():
    d_scores = scores.softmax(1) - F.one_hot(label, 3)  # p - y
    d_W, d_c = d_scores.T @ features, d_scores[0]
    d_features = d_scores @ W

# %% [markdown] lang="en"
# Through the two poolings. To put numbers back to where the largest stood is what `F.max_unpool2d` does (chapter 07).

# %% [markdown] lang="zh"
# 穿过两次汇聚。把数放回最大值原来的位置，正是 `F.max_unpool2d` 做的事（第 07 章）。

# %%
with torch.no_grad():
    d_pooled = (d_features / 4)[:, :, None, None].expand(1, 2, 2, 2)
    d_active = F.max_unpool2d(d_pooled, winners, 2)
    d_maps = d_active * (maps > 0)  # ReLU

# %% [markdown] lang="en"
# And through the convolution, with the three rules of this chapter:

# %% [markdown] lang="zh"
# 再穿过卷积，用的是本章的三条规则：

# %%
with torch.no_grad():
    d_biases = d_maps.sum((0, 2, 3))
    d_kernels = torch.stack([d2l.corr2d(pixels[0, 0], g) for g in d_maps[0]])[:, None]
    d_pixels = input_gradient(d_maps[0], kernels, (6, 6))[None]

# %%
names = ["scores", "W", "c", "features", "pooled"]
names += ["active", "maps", "biases", "kernels", "pixels"]
stages = [scores, W, c, features, pooled, active, maps, biases, kernels, pixels]
by_hand = [d_scores, d_W, d_c, d_features, d_pooled, d_active, d_maps, d_biases, d_kernels]
for name, stage, mine in zip(names, stages, [*by_hand, d_pixels], strict=True):
    print(f"{name:8} {str(tuple(mine.shape)):13} {d2l.compare(mine, stage.grad, 1e-9).same}")

# %% [markdown] lang="en"
# Every stage agrees. And our strict judge, who knows no calculus? It needs the loss as a function of one thing only, here the pixels and the kernels. The loss is no
# parabola any more, so the step must be small.

# %% [markdown] lang="zh"
# 每一步都一致。那位不懂微积分的严格裁判怎么说？请他评判，损失只能随一样东西变化，这里先后取像素和卷积核。
# 损失不再是抛物线，所以步长要小。


# %%
def loss_of(pixels, kernels):
    return F.cross_entropy(forward(pixels, kernels, biases, W, c)[-1], label)


with torch.no_grad():
    of_pixels = push(lambda x: loss_of(x, kernels), pixels, 1e-6)
    of_kernels = push(lambda k: loss_of(pixels, k), kernels, 1e-6)
print("pixels: ", d2l.compare(d_pixels, of_pixels, 1e-7).same)
print("kernels:", d2l.compare(d_kernels, of_kernels, 1e-7).same)

# %% [markdown] lang="en"
# Look at the way itself, for the second of the two maps (the pixels collect from both): how much of the blame gets through? The figure shows
# thousandths, rounded.

# %% [markdown] lang="zh"
# 再看看这条路本身。以两张特征图中的第二张为例（像素的梯度则由两张图汇总而来）：有多少梯度能传过去？图中的数以千分之一为单位，已取整。

# %%
way = {"pooled": d_pooled, "active": d_active, "maps": d_maps, "pixels": d_pixels}
d2l.show_grids(**{name: (grad[0, -1] * 1000).round() for name, grad in way.items()})

# %%
for name in ("pooled", "active", "maps"):
    print(f"{name}: {way[name].count_nonzero()} of {way[name].numel()} cells have a gradient")

# %% [markdown] lang="en"
# Global average pooling treats all cells alike. Max pooling passes the gradient to one cell of four, the winner: 8 of the
# 32 in both maps. ReLU stops it where the winner was negative before, and 6 are left. Then the full convolution spreads what is left over whole windows of pixels.
#
# <details><summary><b>Check yourself:</b> in a window all four cells are negative before ReLU. Which of them gets a gradient?</summary>
#
# None. After ReLU the four are equal, all 0; max pooling hands the gradient to one of them, and ReLU stops it, because that cell was
# negative. So the choice in a tie does not matter here.
# </details>

# %% [markdown] lang="zh"
# 全局平均汇聚对各格一视同仁。最大汇聚只把梯度交给四格中的胜者：两张图的 32 格里有 8 格。
# 胜者在 ReLU 之前若是负数，梯度就被 ReLU 拦下，最后剩 6 格。剩下的这些再由完全卷积铺开，盖到一个个完整的像素窗口上。
#
# <details><summary><b>自测：</b>某个窗口里的四格在 ReLU 之前全是负数。哪一格能得到梯度？</summary>
#
# 都得不到。经过 ReLU 之后四格相等，全是 0；最大汇聚把梯度交给其中一格，而这一格原来是负的，又被 ReLU 拦下了。
# 所以在这里，并列时选哪一格都无所谓。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - a kernel number is to blame as much as its pixel is bright, a pixel as much as its kernel number is large
# - kernel: correlate the input with $G$; bias: sum $G$
# - input: correlate $G$, padded, with the kernel *turned* by 180 degrees
# - the matrix is transposed, not the kernel
# - in doubt, push a number and look

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 卷积核的数有多大责任，看像素有多亮；像素有多大责任，看卷积核的数有多大
# - 卷积核：输入与 $G$ 做互相关；偏置：$G$ 求和
# - 输入：$G$ 补零，与*旋转* 180 度的卷积核做互相关
# - 转置的是矩阵，不是卷积核
# - 拿不准时，推一下某个数看看

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the opening question: one answer was too large by 1; now everybody can say who is to blame and by how much. Set exercises 1 to 4 now, exercise 11 for those who want the whole of `nn.Conv2d`. Next: chapter 09 puts the parts together and lets them learn.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到开头的问题：有一格偏大了 1，现在人人都说得出该怪谁、各有几分责任。布置练习 1 到 4；想自己写出完整 `nn.Conv2d` 的，做练习 11。下一步：第 09 章把这些部件组装起来，让它们去学习。

# %% tags=["exercises"]
exercises.ch08

# %% [markdown] lang="en"
# ## Summary
#
# An answer is too large by 1. The kernel numbers are to blame as much as the pixels they lay on are bright; the pixels, as much as the kernel numbers that lay
# on them are large; the bias, by 1. With many wrong answers the blame adds up: for the bias the sum of $G$, for the kernel the cross-correlation of input and $G$, for the
# input the full cross-correlation of $G$ with the kernel turned by 180 degrees. Not the kernel is transposed but the matrix of the layer. Stride puts
# zeros between, padding is cropped, channels are summed over the outputs. The same way back, used forward, is the transposed convolution: it restores
# the shape, not the picture, and where its stamps overlap unevenly it draws a checkerboard. Pooling hands the blame to the winner, or to all in equal parts.
# And whenever you are in doubt, push a number and look.
#
# **Next:** chapter 09 puts these parts together and lets them learn: LeNet.
#
# **Further reading**
# - Rumelhart, Hinton and Williams, [Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0), Nature, 1986.
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285), for the shapes of transposed convolutions.
# - Odena, Dumoulin and Olah, [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/), for what section 6 shows, in pictures drawn by networks.
# - Lin, Chen and Yan, [Network In Network](https://arxiv.org/abs/1312.4400), where global average pooling comes from.

# %% [markdown] lang="zh"
# ## 小结
#
# 一格输出偏大了 1。卷积核的数要负多少责任，看它压着的像素有多亮；像素要负多少责任，看压着它的卷积核的数有多大；偏置的责任是 1。
# 错的格多了，就把责任加起来：对偏置，是 $G$ 之和；对卷积核，是输入与 $G$ 的互相关；对输入，是 $G$ 与旋转 180 度的卷积核的完全互相关，有重叠就算数。
# 转置的不是卷积核，而是这一层的矩阵。有步幅就插零，有填充就裁剪，有多个通道就对输出通道求和。
# 把这个反向运算拿到前向来用，就是转置卷积：它还原的是形状，不是图像；盖章重叠得不均匀，就会画出棋盘纹。
# 汇聚把责任交给胜者，或者大家平分。拿不准的时候，就推一下某个数，看看会怎样。
#
# **下一步：** 第 09 章把这些部件组装起来，让它们去学习：LeNet。
#
# **延伸阅读**
# - Rumelhart、Hinton、Williams：[Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0)，Nature，1986，反向传播的经典论文。
# - Dumoulin、Visin：[A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285)，讲转置卷积的形状。
# - Odena、Dumoulin、Olah：[Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/)，第 6 节的现象，配有网络生成的图像。
# - Lin、Chen、Yan：[Network In Network](https://arxiv.org/abs/1312.4400)，全局平均汇聚的出处。
