# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 04 Learning a kernel
#
# *In chapter 03 the nine numbers of a kernel were chosen by hand. In a trained network, examples determine millions of such numbers. How do they do it,
# and what do they leave undetermined?*
#
# **In this chapter you will**
# - recover an edge detector from an image and its output by gradient descent;
# - derive the gradient by hand and check it;
# - compute the largest stable learning rate and test it;
# - use frequencies to explain why Sobel's kernel is learned slowly from a photograph;
# - find out what cannot be learned from an image.
#
# **Time:** about 25 minutes to read and run, 75 more for the exercises. **You need:** chapters 02 and 03, derivatives, and from section 5 on
# the eigenvalues and eigenvectors of a symmetric matrix.
#
# <details><summary><b>Warm-up</b> from chapters 02 and 03: how large is the output of a kernel of one row and two columns on an image of 6 rows and 8 columns?
# What is the output of <code>[1, -1]</code> where the image is constant? The entries of Sobel's kernel add up to 0; what follows from that?</summary>
#
# The output has 6 rows and 7 columns. Where the image is constant, the two products cancel and the output is 0. A kernel whose entries add up to 0 gives 0
# on every constant region, so adding a constant to all pixels does not change its output.
# </details>

# %% [markdown] lang="zh"
# # 04 学习卷积核
#
# **第 03 章里，卷积核的九个数是人定的；训练好的网络里，几百万个这样的数是由样本定下来的。
# 样本怎样把它们定下来？又有哪些东西，样本定不下来？**
#
# **学完本章，你将能够**
# - 用梯度下降，从一张图像和它的输出中还原出边缘检测器；
# - 亲手推导梯度，并加以核对；
# - 算出最大稳定学习率，并加以检验；
# - 用频率说明为什么从照片学 Sobel 卷积核很慢；
# - 弄清从一张图像学不到什么。
#
# **所需时间：**阅读并运行约 25 分钟，练习另需 75 分钟。**预备知识：**第 02、03 章，导数；第 5 节起用到对称矩阵的特征值和特征向量。
#
# <details><summary><b>热身</b>，回顾第 02、03 章：一行两列的卷积核作用在 6 行 8 列的图像上，输出有多大？
# 在像素值处处相同的区域，<code>[1, -1]</code> 的输出是多少？Sobel 卷积核各元素之和为 0，由此可以得出什么？</summary>
#
# 输出有 6 行 7 列。在像素值处处相同的区域，两个乘积互相抵消，输出为 0。元素之和为 0 的卷积核在这样的区域上都输出 0，
# 所以给所有像素加上同一个常数，输出不变。
# </details>

# %% [markdown] lang="en" slide="notes"
# **2 min.** Play a guessing game. Think of two numbers $p$ and $q$, and reply only with $p x + q y$ for every pair $x, y$ that the class calls out. **Ask:** how many pairs do you need? Two, if they are not multiples of each other.
#
# Say: today the two numbers are a kernel, and the pairs are the windows of an image.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 玩一个猜数游戏：你心里想好两个数 $p$ 和 $q$，大家报出 $x, y$，你只告诉他们 $p x + q y$。**提问：** 要报几对数才能猜出来？两对，只要它们互不成倍数。
#
# 然后说：今天，这两个数就是卷积核，报出来的数对就是图像的窗口。

# %%
import torch
import torchvision
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% [markdown] lang="en"
# ## 1 · Guess the kernel
#
# In chapter 03 we designed kernels by hand. A network has far too many kernels for that, so their numbers are learned from examples: inputs with
# the outputs we want.
#
# Someone cross-correlated the image `X` of chapter 03 with a secret kernel of one row and two columns. We have `X` and the output
# `Y`. (In the figure blue means above zero and red below zero; the larger the absolute value, the stronger the colour.)
#
# **Predict:** could you read the kernel off `X` and `Y` by eye? Which positions of `Y` tell you most?

# %% [markdown] lang="zh"
# ## 1 · 猜卷积核
#
# 第 03 章的卷积核是人设计的。网络里的卷积核太多，不可能一一设计，所以要从样本中学习：每个样本由一个输入和我们想要的输出组成。
#
# 有人用一个秘密卷积核（一行两列）与第 03 章的图像 `X` 做了互相关，然后把 `X` 和输出 `Y` 交给我们。
# （图中正数为蓝，负数为红；绝对值越大，颜色越深。）
#
# **先猜：**光用眼睛看 `X` 和 `Y`，能读出卷积核吗？`Y` 的哪些位置最有用？

# %% [markdown] lang="en" slide="slide"
# ## Guess the kernel
#
# A secret kernel of one row and two columns turned `X` into `Y`.
#
# **Predict:** can you read the kernel off by eye? Which positions of `Y` tell you most?

# %% [markdown] lang="zh" slide="slide"
# ## 猜卷积核
#
# 一个秘密卷积核（一行两列）把 `X` 变成了 `Y`。
#
# **先猜：** 光用眼睛能读出卷积核吗？`Y` 的哪些位置最有用？

# %% tags=["slide"]
X = torch.ones(6, 8)
X[:, 2:6] = 0
secret = torch.tensor([[1.0, -1.0]])
Y = d2l.corr2d(X, secret)
d2l.show_grids(X=X, Y=Y)

# %% [markdown] lang="en" slide="fragment"
# At an edge one of the two pixels in the window is 0: the output equals *one* kernel entry.

# %% [markdown] lang="zh" slide="fragment"
# 边缘处，窗口里的两个像素有一个是 0：输出就等于卷积核的**一个**元素。

# %% [markdown] lang="en" slide="notes"
# **3 min.** In the figure blue is positive and red is negative. Let two volunteers point at the columns of `Y` that reveal the kernel. It is `[1, -1]`, the edge detector of chapter 03.
#
# **Expect:** somebody uses the region of ones. There $K_0 + K_1 = 0$: this is one equation for two numbers, which is not enough. Remember the remark for the slide "What cannot be learned".

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 图中蓝为正，红为负。请两位同学指出，是 `Y` 的哪两列透露了卷积核。它就是第 03 章的边缘检测器 `[1, -1]`。
#
# **常见错误：** 有人只看全为一的区域。那里只得到 $K_0 + K_1 = 0$：两个未知数，一个方程，不够。这句话先记下，到“学不到的东西”那一页再用。

# %% [markdown] lang="en"
# At each edge one of the two pixels in the window is 0 and the other is 1, so the output equals one entry of the kernel.
# In general we begin with any kernel $K$, measure how wrong it is, and improve it.
# The **residual** $R = Y - \hat Y$ is the target $Y$ minus the output $\hat Y = \text{corr2d}(X, K)$, and the **loss** is the sum of
# the squares of its elements:
#
# $$L(K) = \sum_{i,j} R_{i,j}^2 = \sum_{i,j} \big(Y_{i,j} - \hat Y_{i,j}\big)^2$$

# %% [markdown] lang="zh"
# 在每条边缘处，窗口里的两个像素一个是 0、一个是 1，所以输出就等于卷积核的一个元素。更一般的办法是：
# 先任取一个卷积核 $K$，衡量它错了多少，再加以改进。目标 $Y$ 减去输出 $\hat Y = \text{corr2d}(X, K)$，得到**残差** $R = Y - \hat Y$；
# 残差各元素的平方和就是**损失**：
#
# $$L(K) = \sum_{i,j} R_{i,j}^2 = \sum_{i,j} \big(Y_{i,j} - \hat Y_{i,j}\big)^2$$

# %% [markdown] lang="en" slide="slide"
# ## How wrong is a kernel?
#
# $$L(K) = \sum_{i,j} R_{i,j}^2, \qquad R = Y - \text{corr2d}(X, K)$$
#
# **Predict:** what is the loss of `[0, 0]`? And of `[1, 1]`?

# %% [markdown] lang="zh" slide="slide"
# ## 卷积核错了多少？
#
# $$L(K) = \sum_{i,j} R_{i,j}^2, \qquad R = Y - \text{corr2d}(X, K)$$
#
# **先猜：** `[0, 0]` 的损失是多少？`[1, 1]` 呢？


# %% tags=["slide-answer"]
def loss_of(X, Y, K):
    residual = Y - d2l.corr2d(X, K)
    return (residual**2).sum().item()


for guess in ([0.0, 0.0], [1.0, 1.0], [0.8, -0.9], [1.0, -1.0]):
    print(f"kernel {guess}: loss {loss_of(X, Y, torch.tensor([guess])):.2f}")
    # zh: print(f"卷积核 {guess}：损失 {loss_of(X, Y, torch.tensor([guess])):.2f}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** The output of the kernel of zeros is 0 everywhere; at 12 positions it is off by 1. The kernel `[1, 1]` outputs 2 on every pair of ones, where the target is 0, and 1 at the right edge, where the target is −1.
#
# **Ask before going on:** what is the loss of `[2, -2]`? It is 12 again. **Expect:** "48". Say: square the residual, not the output.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 全零卷积核的输出处处为 0，有 12 个位置各差 1。`[1, 1]` 在每一对相邻的一上输出 2，而目标是 0；在右边缘处输出 1，而目标是 −1。
#
# **继续之前先问：** `[2, -2]` 的损失是多少？还是 12。**常见错误：** “48”。提醒他们：要平方的是残差，不是输出。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what is the loss of the kernel <code>[2, -2]</code>? Why does <code>[0, 0]</code> have the same loss?</summary>
#
# Its output is twice the target, so the residual is minus the target. The residual is 1 or −1 in two columns of six positions each, so the loss is $2 \cdot 6 = 12$.
# The output of the kernel of zeros is 0, so its residual is the target itself, whose squares have the same sum.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>卷积核 <code>[2, -2]</code> 的损失是多少？为什么 <code>[0, 0]</code> 的损失与它相同？</summary>
#
# 它的输出是目标的两倍，残差正好是目标的相反数。残差在两列上是 1 或 −1，每列六个位置，所以损失是 $2 \cdot 6 = 12$。
# 全零卷积核的输出是 0，残差就是目标本身，平方和相同。
# </details>

# %% [markdown] lang="en"
# ## 2 · Ten steps downhill
#
# To make the loss smaller, **gradient descent** repeats one step: it moves the kernel a little in the direction in which the loss
# falls fastest, against the gradient. The **learning rate** $\eta$ is the factor between the gradient and the step:
#
# $$K \leftarrow K - \eta\,\frac{\partial L}{\partial K}$$
#
# The code below uses PyTorch's layer, whose kernel starts from random numbers. The layer expects four axes (batch, channels, rows,
# columns), so `X` and `Y` get two more.
#
# **Predict:** after ten steps with $\eta = 0.03$, to how many decimal places will the kernel be correct: one, three or six?

# %% [markdown] lang="zh"
# ## 2 · 下山十步
#
# 要让损失变小，**梯度下降**反复做同一件事：逆着梯度，也就是朝损失下降最快的方向，把卷积核移动一点。
# **学习率** $\eta$ 是梯度与移动量之间的比例系数：
#
# $$K \leftarrow K - \eta\,\frac{\partial L}{\partial K}$$
#
# 下面的代码用 PyTorch 的卷积层，它的卷积核从随机数出发。卷积层要求四条轴（批量、通道、行、列），所以给 `X` 和 `Y` 各添两条。
#
# **先猜：**学习率 $\eta = 0.03$，走十步，学到的卷积核能准到小数点后一位、三位，还是六位？

# %% [markdown] lang="en" slide="slide"
# ## Ten steps downhill
#
# `conv.weight -= 0.03 * conv.weight.grad`, ten times, from random numbers.
#
# **Predict:** will the kernel be correct to one decimal place, to three, or to six?

# %% [markdown] lang="zh" slide="slide"
# ## 下山十步
#
# `conv.weight -= 0.03 * conv.weight.grad`，从随机数出发，走十步。
#
# **先猜：** 卷积核能准到小数点后一位、三位，还是六位？

# %% tags=["slide-answer"]
torch.manual_seed(0)
conv = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=(1, 2), bias=False)
X4, Y4 = X.reshape(1, 1, 6, 8), Y.reshape(1, 1, 6, 7)
for step in range(1, 11):
    loss = ((Y4 - conv(X4)) ** 2).sum()
    conv.zero_grad()
    loss.backward()
    with torch.no_grad():
        conv.weight -= 0.03 * conv.weight.grad
    if step % 2 == 0:
        print(f"before step {step}: loss {loss.item():.3f}")
        # zh: print(f"第 {step} 步之前：损失 {loss.item():.3f}")

# %% tags=["slide-answer"]
d2l.show_grids({"learned kernel": conv.weight.detach().reshape(1, 2), "secret kernel": secret})
# zh: d2l.show_grids({"学到的卷积核": conv.weight.detach().reshape(1, 2), "秘密卷积核": secret})

# %% [markdown] lang="en" slide="notes"
# **3 min.** Press the key twice: first the losses appear, then the kernel. After the losses **ask:** by what factor does the loss fall from line to line? By about three to five in two steps.
#
# **Expect:** "six decimal places, because a computer is exact". The arithmetic is exact enough, but each step removes only a part of the error. Point at `no_grad`: the update itself is not recorded. Point at `zero_grad`: `backward` *adds* to `.grad`.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按两次键：先出损失，再出卷积核。看到损失后**提问：** 从一行到下一行，损失缩小到几分之一？两步下来，大约是三分之一到五分之一。
#
# **常见错误：** “六位，因为计算机算得准。”算得是够准，可是每一步只消去误差的一部分。指着 `no_grad` 说：更新本身不被记录。指着 `zero_grad` 说：`backward` 是往 `.grad` 上**累加**。

# %% [markdown] lang="en"
# Rounded to one decimal place the kernel is right, but not yet to two. Two lines need explaining.
#
# - `conv.zero_grad()` comes before `loss.backward()`, because `backward` *adds* the new gradient to what is already in `.grad`.
# - `torch.no_grad()` keeps autograd from recording the update. Older code writes `conv.weight.data -= ...`, which autograd does not notice. A gradient
#   then computed from operations recorded before the change can be wrong, without an error message.

# %% [markdown] lang="zh"
# 四舍五入到小数点后一位，卷积核是对的；到两位，还不对。循环里有两行需要解释。
#
# - `conv.zero_grad()` 要放在 `loss.backward()` 之前，因为 `backward` 会把新的梯度**累加**到 `.grad` 里已有的数上。
# - `torch.no_grad()` 让自动求导不记录这次更新。旧代码写的是 `conv.weight.data -= ...`，自动求导察觉不到这样的改动。
#   如果接着用改动之前记录下来的运算求梯度，结果可能是错的，却不报错。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what happens without <code>conv.zero_grad()</code>?</summary>
#
# Each step goes against the sum of all gradients so far. The old gradients stay in the sum without decay, so the kernel overshoots the target and keeps swinging around it.
# Delete the line and watch the losses.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果没有 <code>conv.zero_grad()</code> 会怎样？</summary>
#
# 每一步都逆着到目前为止所有梯度之和走。旧的梯度一直留在和里，从不衰减，卷积核就会冲过目标，来回摆动，停不下来。删掉这一行，看看损失怎么变。
# </details>

# %% [markdown] lang="en"
# ## 3 · Was that luck?
#
# That was one run. We now take ten steps from each of 200 random starts; the optimiser `torch.optim.SGD` makes the same update.
#
# **Predict:** by what factor do the largest and the smallest loss after ten steps differ: 10, 100 or 1,000?

# %% [markdown] lang="zh"
# ## 3 · 是运气吗？
#
# 刚才只是一次运行。现在换 200 个随机起点，各走十步；优化器 `torch.optim.SGD` 做的是同样的更新。
#
# **先猜：**十步之后，最大的损失是最小的多少倍：10 倍、100 倍，还是 1,000 倍？


# %%
def learn(seed, lr=0.03, steps=10):
    torch.manual_seed(seed)
    conv = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=(1, 2), bias=False)
    optimizer = torch.optim.SGD(conv.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((Y4 - conv(X4)) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return conv.weight.detach().reshape(1, 2)


# %% [markdown] lang="en" slide="slide"
# ## Was that luck?
#
# The same ten steps from 200 random starts.
#
# **Predict:** by what factor do the largest and the smallest loss differ: 10, 100 or 1,000?

# %% [markdown] lang="zh" slide="slide"
# ## 是运气吗？
#
# 同样走十步，从 200 个随机起点出发。
#
# **先猜：** 最大的损失是最小的多少倍：10 倍、100 倍，还是 1,000 倍？

# %% tags=["slide-answer"]
kernels = [learn(seed) for seed in range(200)]
losses = [loss_of(X, Y, K) for K in kernels]
d2l.show_spread(
    {"200 starts": losses},
    xlabel="loss after 10 steps (bar = median)",
    # zh: {"200 个起点": losses},
    # zh: xlabel="10 步之后的损失（竖线为中位数）",
    log=True,
    repeatable=False,
)

# %% [markdown] lang="en" slide="fragment"
# About 800. Yet *every* kernel is within 0.1 of `[1, -1]`.

# %% [markdown] lang="zh" slide="fragment"
# 约 800 倍。但**每一个**卷积核与 `[1, -1]` 都相差不到 0.1。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Each dot is one run; the axis is logarithmic, and the bar marks the median. The height of a dot has no meaning. **Ask:** a friend reports a loss of 0.006, and you have 0.2. Is the friend's code better? You cannot tell; the same code gives both numbers.
#
# **Expect:** "about the same, since it is the same program". Say once more: report what holds over many starts, together with the spread.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 每个点是一次运行；横轴是对数刻度，竖线是中位数，点的高低没有含义。**提问：** 朋友的损失是 0.006，你的是 0.2，他的代码更好吗？看不出来：同一份代码，两个数都可能得到。
#
# **常见错误：** “应该差不多，程序一样嘛。”再强调一遍：要报告的是许多起点上都成立的结论，并写明散布的范围。

# %%
errors = [(K - secret).abs().max().item() for K in kernels]
print(f"largest loss / smallest loss: about {round(max(losses) / min(losses), -2):.0f}")
print(f"kernels within 0.1 of [1, -1]: {sum(error < 0.1 for error in errors)} of 200")
# zh: print(f"最大的损失 / 最小的损失：大约 {round(max(losses) / min(losses), -2):.0f}")
# zh: print(f"与 [1, -1] 相差不到 0.1 的卷积核：200 个中有 {sum(error < 0.1 for error in errors)} 个")

# %% [markdown] lang="en"
# Each dot is one run (its height has no meaning), and the bar marks the median. The loss depends strongly on the
# start, but for all 200 starts both entries of the kernel are within 0.1 of `[1, -1]`. This can be
# reported as a result; the loss of a single run cannot.

# %% [markdown] lang="zh"
# 图中每个点是一次运行，竖线是中位数（点的高低没有含义）。损失与起点关系很大，但从 200 个起点出发，卷积核的两个元素与 `[1, -1]` 都相差不到 0.1。
# 这一点可以作为结论来报告，单独一次运行的损失却不行。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a friend reports a loss of 0.006 after ten steps, and you have 0.2. Is the friend's code better?</summary>
#
# You cannot tell. The same code gives both numbers, from different starts. Compare the two programs over many starts.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>朋友说他十步之后损失是 0.006，你的是 0.2。他的代码更好吗？</summary>
#
# 看不出来。同一份代码从不同起点出发，这两个数都可能得到。应当在许多起点上比较两份代码。
# </details>

# %% [markdown] lang="en"
# ## 4 · The gradient, by hand
#
# What does `backward` compute? In the window at $(i, j)$, the entry $K_{a,b}$ multiplies the pixel
# $X_{i+a,j+b}$. If $K_{a,b}$ grows a little, the output $\hat Y_{i,j}$ grows by $X_{i+a,j+b}$ times as much, and the residual falls by the same
# amount. Every window contributes, so by the chain rule
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **Predict:** compare this sum with the definition of cross-correlation. What has taken the place of the kernel?

# %% [markdown] lang="zh"
# ## 4 · 亲手求梯度
#
# `backward` 算的是什么？在 $(i, j)$ 处的窗口里，元素 $K_{a,b}$ 与像素 $X_{i+a,j+b}$ 相乘。
# $K_{a,b}$ 增加一点，输出 $\hat Y_{i,j}$ 的增量就是它的增量的 $X_{i+a,j+b}$ 倍，残差则减少同样多。每个窗口都是如此，所以由链式法则得
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **先猜：**把这个和式与互相关的定义对照一下，卷积核的位置上换成了什么？

# %% [markdown] lang="en" slide="slide"
# ## The gradient, by hand
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **Predict:** which operation is this sum? What has taken the place of the kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 亲手求梯度
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **先猜：** 这个和式是什么运算？卷积核的位置上换成了什么？

# %% [markdown] lang="en" slide="fragment"
# A cross-correlation of the input with the *residual*:
#
# `-2 * corr2d(X, Y - corr2d(X, K))`

# %% [markdown] lang="zh" slide="fragment"
# 输入与**残差**的互相关：
#
# `-2 * corr2d(X, Y - corr2d(X, K))`

# %% [markdown] lang="en" slide="notes"
# **4 min.** Derive the sum on the board for one entry: $K_{a,b}$ takes part in every window and is multiplied by $X_{i+a,j+b}$ there.
#
# **Ask:** suppose the residual is 1 at a single position and 0 elsewhere; what does a step with learning rate $\eta$ do to the kernel? It adds $2\eta$ times the window at this position. **Expect:** "only autograd can do that". Show that one line of code is enough; chapter 08 extends it to whole networks.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上对一个元素推导：$K_{a,b}$ 参与每一个窗口，在那里与 $X_{i+a,j+b}$ 相乘。
#
# **提问：** 假设只有一个位置的残差是 1，其余都是 0，用学习率 $\eta$ 走一步，卷积核怎么变？要加上这个位置的窗口，系数是 $2\eta$。**常见错误：** “这只有自动求导才行。”其实一行代码就够；第 08 章会把它推广到整个网络。


# %%
def gradient(X, Y, K):
    residual = Y - d2l.corr2d(X, K)
    return -2 * d2l.corr2d(X, residual)


some_kernel = torch.tensor([[0.3, 0.5]], requires_grad=True)
((Y - d2l.corr2d(X, some_kernel)) ** 2).sum().backward()
d2l.compare(gradient(X, Y, some_kernel.detach()), some_kernel.grad)

# %% [markdown] lang="en"
# **The gradient of the loss with respect to the kernel is the cross-correlation of the input with the residual, times −2.** So each step
# adds to the kernel a multiple of every window, in proportion to the residual there. The multiple is positive where the output is too
# small and negative where it is too large.

# %% [markdown] lang="zh"
# **损失对卷积核的梯度，等于输入与残差的互相关，再乘以 −2。**所以每走一步，各个窗口都乘以与该处残差成正比的系数，加到卷积核上：
# 输出偏小的地方，系数为正；输出偏大的地方，系数为负。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> suppose the residual is 1 at a single position and 0 everywhere else. What is the gradient?</summary>
#
# It is −2 times the window at this position, which is a patch of the image. In general the gradient is a sum of such patches, each weighted by its residual.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>假设只有一个位置的残差是 1，其余都是 0。梯度是什么？</summary>
#
# 是这个位置的窗口，即图像的一小块，乘以 −2。一般情形下，梯度是许多这样的小块按各自的残差加权求和。
# </details>

# %% [markdown] lang="en"
# ## 5 · How large a step?
#
# **Predict:** does doubling the learning rate make training twice as fast?
#
# **Play:** move the slider of the learning rate. The dotted curve shows how the loss would change at this rate, from the kernel
# `[1, 0]`; *Play* takes the steps. (In the explorer's image `X`, white is 1 and black is 0.)
#
# **Task:** find the largest learning rate, to three significant digits, at which the loss still falls at step 25. The sentence above the
# curve says whether it does, and the arrow keys change the third digit. After more than 25 steps press *Reset* first. Leave the slider at the rate you find.

# %% [markdown] lang="zh"
# ## 5 · 一步该迈多大？
#
# **先猜：**学习率加倍，训练就快一倍吗？
#
# **动手：**拖动滑块改变学习率。虚线显示按这个学习率从卷积核 `[1, 0]` 出发，损失会怎样变化；按**播放**就真的一步步走。
# （演示中的图像 `X`，白色是 1，黑色是 0。）
#
# **任务：**找出最大的学习率（三位有效数字），使得走到第 25 步时损失仍在下降。曲线上方那句话会告诉你是否还在下降，
# 用方向键可以微调第三位数字。如果已经走了不止 25 步，先按**重来**。找到后让滑块停在那里。

# %% [markdown] lang="en" slide="slide"
# ## How large a step? Play
#
# **Task:** find the largest learning rate at which the loss still falls at step 25.

# %% [markdown] lang="zh" slide="slide"
# ## 一步该迈多大？动手试
#
# **任务：** 找出到第 25 步损失仍在下降的最大学习率。

# %% tags=["explorer", "slide"]
from d2lutil.explorers import KernelLearner

learner = KernelLearner(X, Y, start=[[1, 0]], truth=[[1, -1]], lr=0.01, border=False)
learner

# %% [markdown] lang="en" slide="notes"
# **6 min.** **Ask first:** does doubling the rate make training twice as fast? Hands up. Press E (the focus is on *Step*), Tab to the slider of the learning rate; the arrow keys change the third digit. The dotted curve shows where this rate leads; *Play* takes the steps. Escape returns to the slides.
#
# Let the class steer: "more", "less". **Expect:** "larger is faster". In the long run this holds up to about 0.028. Beyond 0.017 the kernel jumps across the valley in every step; beyond 0.028 these jumps shrink too slowly, and at 0.0334 the loss rises. **Answer:** 0.0333. At the end tick *mark 2 / largest eigenvalue*, and ask where the number comes from.

# %% [markdown] lang="zh" slide="notes"
# **6 分钟。** **先问：** 学习率加倍，训练就快一倍吗？举手表决。按 E（焦点在**走一步**上），用 Tab 走到学习率的滑块，方向键微调第三位数字。虚线显示按这个学习率会走到哪里；按**播放**就真的一步步走。按 Esc 回到幻灯片。
#
# 让全班来指挥：“大一点”“小一点”。**常见错误：** “越大越快”。从长远看，这话在 0.028 左右以下成立。超过 0.017，卷积核每一步都跳到山谷的另一侧；超过 0.028，这种跳动缩小得太慢；到 0.0334，损失就上升了。**答案：** 0.0333。最后勾选**标出 2 / 最大特征值**，问一句：这个数从哪里来？

# %% [markdown] lang="en"
# This limit can be computed. Flatten every window into a row of a matrix $A$, and the kernel into a vector $k$. Then
# the flattened output is $A k$, and the loss a quadratic function of $k$, a bowl. The matrix of its second derivatives is the **Hessian**
# $H = 2A^\top A$. Its eigenvectors are the axes of the bowl, and its eigenvalues $\lambda$ are the curvatures along these axes: large on a
# steep axis, small on a flat one. (If an eigenvalue is 0, the bowl is a trough.)
#
# Let $k^\star$ be the bottom of the bowl. The gradient at $k$ is $H(k - k^\star)$. So along an axis with eigenvalue $\lambda$, one step multiplies the
# error $k - k^\star$ by
#
# $$1 - \eta\,\lambda$$
#
# The error shrinks if this factor lies between $-1$ and $1$, that is, if $\eta < 2/\lambda$. The steepest axis, with the largest eigenvalue
# $\lambda_{\max}$, sets the strictest condition: the learning rate must stay below the **largest stable learning rate** $2/\lambda_{\max}$.

# %% [markdown] lang="zh"
# 你找到的上限可以算出来。把每个窗口展平成矩阵 $A$ 的一行，把卷积核展平成向量 $k$，那么展平后的输出就是 $A k$，
# 损失是 $k$ 的二次函数，图形像一只碗。损失的二阶导数排成的矩阵叫做**海森矩阵**（Hessian，也译黑塞矩阵）$H = 2A^\top A$。
# 它的特征向量是碗的主轴，特征值 $\lambda$ 是沿各条轴的曲率：轴陡则大，轴平则小。（如果有一个特征值为 0，碗就成了一条水槽。）
#
# 设碗底在 $k^\star$，则 $k$ 处的梯度是 $H(k - k^\star)$。于是在特征值为 $\lambda$ 的轴上，每走一步，误差 $k - k^\star$ 就乘以
#
# $$1 - \eta\,\lambda$$
#
# 这个因子在 $-1$ 与 $1$ 之间，也就是 $\eta < 2/\lambda$ 时，误差缩小。最陡轴的特征值 $\lambda_{\max}$ 最大，条件最严：
# 学习率必须低于**最大稳定学习率** $2/\lambda_{\max}$。


# %% [markdown] lang="en" slide="slide"
# ## The largest stable learning rate
#
# Along each axis of the bowl, a step multiplies the error by
#
# $$1 - \eta\,\lambda$$
#
# **Predict:** the eigenvalues of the Hessian are $\lambda = 12$ and $60$. Which rates $\eta$ are stable?

# %% [markdown] lang="zh" slide="slide"
# ## 最大稳定学习率
#
# 沿碗的每条轴，每走一步，误差乘以
#
# $$1 - \eta\,\lambda$$
#
# **先猜：** 海森矩阵的特征值是 $\lambda = 12$ 和 $60$，哪些学习率 $\eta$ 稳定？


# %% tags=["slide-answer"]
def hessian(X, kernel_size):
    h, w = kernel_size
    A = X.double().unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    return 2 * A.T @ A


low, high = torch.linalg.eigvalsh(hessian(X, (1, 2))).tolist()
print(f"eigenvalues {low:.0f} and {high:.0f}; largest stable learning rate {2 / high:.4f}")
print(f"your slider: {learner.lr:.4f}, which is {learner.lr * high / 2:.1%} of it")
# zh: print(f"特征值 {low:.0f} 和 {high:.0f}；最大稳定学习率 {2 / high:.4f}")
# zh: print(f"你的滑块：{learner.lr:.4f}，是它的 {learner.lr * high / 2:.1%}")

# %% [markdown] lang="en"
# In the explorer, tick *mark 2 / largest eigenvalue* to see the limit on the slider, and add noise to `Y`. Does the limit change?
#
# The next cell takes a hundred steps just below the limit, and a hundred just above:

# %% [markdown] lang="zh"
# 在上面的演示里勾选**标出 2 / 最大特征值**，滑块上就会标出这个上限。再给 `Y` 加上噪声，上限会变吗？
#
# 下面让学习率先比上限略小，再比上限略大，各走一百步：


# %% tags=["slide-answer"]
def descend(X, Y, start, lr, steps):
    course = [start]  # the kernel before the first step, after one step, ...
    # zh: course = [start]  # 起点，走一步之后的卷积核，走两步之后的……
    for _ in range(steps):
        course.append(course[-1] - lr * gradient(X, Y, course[-1]))
    return course


for part in (0.99, 1.01):
    course = descend(X, Y, torch.tensor([[1.0, 0.0]]), lr=part * 2 / high, steps=100)
    before, after = loss_of(X, Y, course[0]), loss_of(X, Y, course[-1])
    print(f"{part} times the limit: loss {before:.2f} -> {after:.2f}")
    # zh: print(f"上限的 {part} 倍：损失 {before:.2f} -> {after:.2f}")

# %% [markdown] lang="en" slide="fragment"
# The steepest axis sets the limit: $\eta < 2/\lambda_{\max}$.

# %% [markdown] lang="zh" slide="fragment"
# 最陡轴决定上限：$\eta < 2/\lambda_{\max}$。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Let them solve $-1 < 1 - 60\,\eta$ first. Then press the key twice: first comes the limit, then a hundred steps on both sides of it.
#
# **Ask:** what do we see if the factor is negative, as at 0.03? The kernel jumps from one side of the valley to the other. **Expect:** "noise in `Y` moves the limit". It does not: $H$ depends on `X` alone. The best fixed rate makes the factors on the steepest and the flattest axis equal in absolute value: $\eta = 2/(12 + 60)$.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 先让他们解 $-1 < 1 - 60\,\eta$。再按两次键：先出上限，再出上限两侧各走一百步的结果。
#
# **提问：** 因子为负时（例如学习率 0.03）会看到什么？卷积核在山谷两侧来回跳。**常见错误：** “给 `Y` 加噪声，上限会移动。”不会：$H$ 只由 `X` 决定。最优的固定学习率使最陡轴与最平轴上的因子绝对值相等：$\eta = 2/(12 + 60)$。

# %% [markdown] lang="en"
# The rate 0.03 of section 2 is not far below the limit. The next cell prints its factors on the two axes, and those of
# the rate $2/(\lambda_{\min} + \lambda_{\max})$, which makes both equal in absolute value. The last line is the **condition number** $\lambda_{\max} / \lambda_{\min}$.

# %% [markdown] lang="zh"
# 第 2 节的学习率 0.03 离上限已经不远。下面打印它在两条轴上的因子，以及学习率 $2/(\lambda_{\min} + \lambda_{\max})$ 的因子，
# 后者的两个因子绝对值相等。最后一行是**条件数** $\lambda_{\max} / \lambda_{\min}$。

# %%
for lr in (0.03, 2 / (low + high)):
    print(f"rate {lr:.4f}: steep axis × {1 - lr * high:.2f}, flat axis × {1 - lr * low:.2f}")
    # zh: print(f"学习率 {lr:.4f}：陡轴 × {1 - lr * high:.2f}，平轴 × {1 - lr * low:.2f}")
print(f"condition number: {high / low:.1f}")
# zh: print(f"条件数：{high / low:.1f}")

# %% [markdown] lang="en"
# At 0.03 the factor on the steep axis is negative, so along this axis every step crosses the bottom. In the worst case the error lies on the axis
# whose factor is larger in absolute value. Then the second rate is the best fixed rate. Its factors
# depend only on the condition number: the larger this number, the closer they are to 1 in absolute value.
#
# <details><summary><b>Check yourself:</b> does doubling the learning rate make training twice as fast? Why does noise in <code>Y</code> leave the limit where it is? What happens to the limit if you double all pixel values?
# And why was every kernel of section 3 within 0.1 of the secret kernel?</summary>
#
# As long as $\eta\lambda$ is small, doubling the learning rate nearly doubles the speed along an axis with eigenvalue $\lambda$. Once $\eta\lambda$ exceeds 1, a larger rate makes the error shrink more slowly, and beyond 2 the error grows.
#
# The Hessian $2A^\top A$ contains the windows of the image but not <code>Y</code>. Noise shifts and lifts the bowl but does not change its shape.
#
# Doubling the pixel values multiplies the Hessian by four, so the limit falls to a quarter. This is one reason why inputs are scaled to a standard range before training.
#
# In section 3, ten steps multiplied the error on the steep axis by $0.8^{10} \approx 0.107$ and the error on the flat axis by $0.64^{10} \approx 0.012$. Both kernel entries start between
# $-1/\sqrt{2}$ and $1/\sqrt{2}$, while the targets are 1 and −1. So at the start the steep axis contributes at most $0.71$ to the error of an entry, and the flat axis at most $1.71$.
# After ten steps the error of an entry is therefore at most $0.71 \cdot 0.107 + 1.71 \cdot 0.012 \approx 0.096$.
# </details>

# %% [markdown] lang="zh"
# 学习率取 0.03 时，陡轴上的因子是负数，所以沿陡轴每走一步，都越到碗底的另一侧。最坏的情形，是误差正好落在因子绝对值较大的那条轴上。
# 就这种情形而言，后一个学习率是最优的固定学习率。它的两个因子只取决于条件数：条件数越大，因子的绝对值就越接近 1。
#
# <details><summary><b>自测：</b>学习率加倍，训练就快一倍吗？<code>Y</code> 里的噪声为什么不改变上限？把所有像素值都加倍，上限会怎样？第 3 节学到的卷积核，为什么与秘密卷积核都相差不到 0.1？</summary>
#
# 只要 $\eta\lambda$ 很小，学习率加倍，沿特征值为 $\lambda$ 的轴的速度几乎也加倍。$\eta\lambda$ 超过 1 之后，学习率越大，误差反而缩小得越慢；超过 2，误差就会增大。
#
# 海森矩阵 $2A^\top A$ 只含图像的窗口，不含 <code>Y</code>。噪声会移动碗、抬高碗，但碗的形状不变。
#
# 像素值加倍，海森矩阵变为四倍，上限降到四分之一。训练之前要把输入缩放到标准的数值范围，这是原因之一。
#
# 第 3 节走了十步，陡轴上的误差乘以 $0.8^{10} \approx 0.107$，平轴上的误差乘以 $0.64^{10} \approx 0.012$。卷积核的两个元素起初都在
# $-1/\sqrt{2}$ 与 $1/\sqrt{2}$ 之间，目标是 1 和 −1。所以就每个元素的误差而言，起初来自陡轴的部分至多是 $0.71$，来自平轴的部分至多是 $1.71$。
# 十步之后，每个元素的误差至多是 $0.71 \cdot 0.107 + 1.71 \cdot 0.012 \approx 0.096$。
# </details>

# %% [markdown] lang="en"
# ## 6 · Sobel from a photograph
#
# Now the image is a photograph, the target is its response to Sobel's kernel, and nine numbers are unknown.
#
# **Predict:** in a photograph, neighbouring pixels are nearly equal. Does this make the kernel easier or harder to learn?

# %% [markdown] lang="zh"
# ## 6 · 从照片学 Sobel
#
# 现在图像换成照片，目标是照片对 Sobel 卷积核的响应，九个数未知。
#
# **先猜：**照片里相邻像素几乎相等。这让卷积核更容易学，还是更难学？

# %%
photo = d2l.photo("china", gray=True).double()
sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=photo.dtype)
response = d2l.corr2d(photo, sobel)
raw, axes = torch.linalg.eigh(hessian(photo, (3, 3)))
print(f"largest eigenvalue / second largest: {raw[-1] / raw[-2]:.0f}")
print(f"largest eigenvalue / smallest, the condition number: {raw[-1] / raw[0]:,.0f}")
# zh: print(f"最大的特征值 / 第二大的：{raw[-1] / raw[-2]:.0f}")
# zh: print(f"最大的特征值 / 最小的，即条件数：{raw[-1] / raw[0]:,.0f}")

# %% [markdown] lang="en" slide="slide"
# ## Sobel from a photograph
#
# Now the image is a photograph, the target is its response to Sobel's kernel, and nine numbers are unknown.
#
# **Predict:** neighbouring pixels are nearly equal. Is the kernel easier or harder to learn?

# %% [markdown] lang="zh" slide="slide"
# ## 从照片学 Sobel
#
# 图像换成照片，目标是照片对 Sobel 卷积核的响应，九个数未知。
#
# **先猜：** 相邻像素几乎相等。卷积核更容易学，还是更难学？

# %% tags=["slide-answer"]
steepest = (axes[:, -1] * axes[4, -1].sign()).reshape(3, 3)  # the sign is free: middle > 0
flattest = (axes[:, 0] * axes[4, 0].sign()).reshape(3, 3)
d2l.show_grids({"steepest axis": steepest, "flattest axis": flattest})
# zh: steepest = (axes[:, -1] * axes[4, -1].sign()).reshape(3, 3)  # 正负号可以任取，这里取中央为正
# zh: flattest = (axes[:, 0] * axes[4, 0].sign()).reshape(3, 3)
# zh: d2l.show_grids({"最陡轴": steepest, "最平轴": flattest})

# %% [markdown] lang="en" slide="fragment"
# Harder: the condition number is 1,488 instead of 5.

# %% [markdown] lang="zh" slide="fragment"
# 更难：条件数是 1,488，而不是 5。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Look at the two kernels. On the steepest axis the nine numbers are nearly equal: a local mean. On the flattest axis the signs alternate. **Ask:** to which of the two does this photograph respond more strongly? To the first: neighbouring pixels are nearly equal, so most windows are nearly a multiple of nine equal numbers.
#
# **Expect:** "easier, because smooth is simple". Draw a round bowl and a long valley: the steep axis limits the learning rate, and at such a small rate the error on the flat axes shrinks slowly.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 看一看这两个卷积核：最陡轴是九个几乎相等的数，即局部平均；最平轴正负交替。**提问：** 这张照片对哪一个的响应大？对前一个：相邻像素几乎相等，所以大多数窗口近似于九个相等的数。
#
# **常见错误：** “更容易，平滑就简单。”画一只圆碗和一条狭长的山谷：陡轴限制了学习率，学习率这么小，平轴上的误差就缩小得很慢。

# %% [markdown] lang="en"
# Harder: the condition number rises from 5 to 1,488. Why are the axes in the figure the extreme ones?
#
# A move from the bottom along a direction $v$ of length 1 changes the output by
# $Av$, the photograph's response to $v$ as a kernel. The loss grows by the sum of the squares of this change, so the curvature in this direction is
#
# $$v^\top H v = 2\,\lVert A v \rVert^2 ,$$
#
# **twice the energy (the sum of the squares) of this response.** Neighbouring pixels are nearly equal, so most windows are nearly a multiple of nine equal numbers. Among kernels of length 1,
# the photograph therefore responds most strongly to nine equal numbers, and most weakly to numbers that alternate in sign and cancel in each row and column.
#
# This suggests that curvature depends on **frequency**, the number of oscillations per pixel. Nine equal numbers have frequency 0 (or
# **DC**); signs that alternate from pixel to pixel have the highest, $1/2$. The link is exact if the windows wrap
# around the border and the kernel is as large as the image: the eigenvectors are then the waves of the **Fourier basis**, with eigenvalues
# $2\,\lvert F\rvert^2$, where $F$ are the Fourier coefficients of the image. We check all 64 eigenvalues on a piece of 8 by 8 pixels:

# %% [markdown] lang="zh"
# 更难：条件数从 5 升到 1,488。最陡和最平的，为什么偏偏是图中这两条轴？
#
# 从碗底出发，沿长度为 1 的方向 $v$ 移动，输出的变化是 $Av$，也就是把 $v$ 当作卷积核时照片的响应。
# 损失的增量是这个变化的平方和，所以这个方向上的曲率是
#
# $$v^\top H v = 2\,\lVert A v \rVert^2 ,$$
#
# **等于这个响应的能量（各元素的平方和）的两倍。**相邻像素几乎相等，所以大多数窗口近似于九个相等的数。
# 在长度为 1 的卷积核中，照片对九个相等的数响应最强，对正负交替、每行每列之和都为零的数响应最弱。
#
# 看来，曲率取决于**频率**，即平均每个像素振荡多少次。九个相等的数频率为 0（又叫**直流分量**，DC）；逐像素正负交替，频率最高，为 $1/2$。
# 如果窗口到了图像边界就从另一侧绕回来，而且卷积核与图像一样大，这个联系就严格成立：特征向量正是**傅里叶基**的各个波，特征值是
# $2\,\lvert F\rvert^2$，其中 $F$ 是图像的傅里叶系数。取 8 行 8 列的一小块，核对全部 64 个特征值：

# %%
piece = photo[200:208, 300:308]
shifted = [piece.roll((-a, -b), dims=(0, 1)).flatten() for a in range(8) for b in range(8)]
wrapped = torch.stack(shifted, dim=1)  # each row is a window that wraps around
# zh: wrapped = torch.stack(shifted, dim=1)  # 每一行是一个绕回来的窗口
from_hessian = torch.linalg.eigvalsh(2 * wrapped.T @ wrapped)
from_fourier = 2 * torch.fft.fft2(piece).abs() ** 2
d2l.compare(from_hessian, from_fourier.flatten().sort().values)

# %% [markdown] lang="en"
# So, with windows that wrap around and a kernel as large as the photograph, the spectrum $\lvert F\rvert^2$ of the photograph gives the eigenvalues
# without the Hessian. The next cell averages them over four bands.
#
# **Predict:** from one band to the next the frequency doubles. How does the mean eigenvalue change?

# %% [markdown] lang="zh"
# 于是，在窗口绕回、卷积核又与整张照片一样大的情形下，照片的频谱 $\lvert F\rvert^2$ 直接给出特征值，不必求海森矩阵。
# 下面在四个频带里各求特征值的平均值。
#
# **先猜：**从一个频带到下一个，频率加倍。特征值的平均值怎样变化？

# %% [markdown] lang="en" slide="slide"
# ## Steep and flat axes are frequencies
#
# Curvature along $v$: $v^\top H v = 2\,\lVert A v \rVert^2$, twice the energy of the response to $v$.
#
# If windows wrap around and the kernel is as large as the image, the waves of the **Fourier basis** are the axes.
#
# **Predict:** from one band to the next, the frequency doubles. How does the mean eigenvalue change?

# %% [markdown] lang="zh" slide="slide"
# ## 陡轴与平轴对应频率
#
# 沿 $v$ 的曲率：$v^\top H v = 2\,\lVert A v \rVert^2$，即对 $v$ 的响应的能量的两倍。
#
# 窗口绕回、卷积核又与图像一样大时，**傅里叶基**的各个波就是主轴。
#
# **先猜：** 从一个频带到下一个，频率加倍。特征值的平均值怎样变化？

# %% tags=["slide-answer"]
spectrum = 2 * torch.fft.fft2(photo).abs() ** 2 / photo.numel()
vertical = torch.fft.fftfreq(photo.shape[0]).abs()[:, None]
horizontal = torch.fft.fftfreq(photo.shape[1]).abs()[None, :]
frequency = torch.maximum(vertical, horizontal)
print("eigenvalues, divided by the number of windows:")
print(f"frequency 0: {spectrum[0, 0]:,.0f}")
# zh: print("特征值除以窗口数，得到：")
# zh: print(f"频率 0：{spectrum[0, 0]:,.0f}")
for top in (16, 8, 4, 2):
    band = (frequency > 1 / (2 * top)) & (frequency <= 1 / top)
    print(f"frequencies from 1/{2 * top} to 1/{top}: mean {spectrum[band].mean():.3f}")
    # zh: print(f"频率从 1/{2 * top} 到 1/{top}：平均值 {spectrum[band].mean():.3f}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Energy is the sum of the squares. Point at the ratio of neighbouring lines: about 4, the square of 2. Field (1987) found in natural images that the amplitude falls roughly as one over the frequency.
#
# **Ask:** does Sobel's kernel have a part in the first line? No: its entries add up to 0, so it has no part at frequency 0. **Expect:** "does this hold for every image?" No: white noise has a flat spectrum, so its bowl is nearly round.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 能量就是平方和。指出相邻两行之比：大约是 4，即 2 的平方。Field（1987）发现，自然图像的振幅大致与频率成反比。
#
# **提问：** Sobel 卷积核在第一行有没有份？没有：它各元素之和为 0，所以不含频率为 0 的分量。**常见问题：** “每张图像都这样吗？”不是：白噪声的频谱是平的，它的碗就接近圆形。

# %% [markdown] lang="en"
# In this photograph the mean eigenvalue falls by factors of about four, four and three from band to band. Field (1987) found that in natural images the amplitude
# falls roughly as one over the frequency, so its square falls to a quarter when the frequency doubles.
#
# Our $3\times 3$ windows do not wrap around, and a $3\times 3$ kernel takes in a broad band of frequencies. Still, the steepest axis is nearly the constant kernel, and the flattest nearly
# an alternating kernel with the weights 1, −2, 1 down and across, as the cosines show:

# %% [markdown] lang="zh"
# 对这张照片，从一个频带到下一个，特征值的平均值依次降到约四分之一、四分之一、三分之一。Field（1987）发现，自然图像的振幅大致与频率成反比，
# 所以频率加倍，振幅的平方就降到四分之一。
#
# 我们的 $3\times 3$ 窗口并不绕回，$3\times 3$ 的卷积核又总要占一段很宽的频带。尽管如此，最陡轴几乎就是九个数全相等的卷积核，
# 最平轴则接近一个正负交替的卷积核，它在竖直和水平方向上的权重都是 1、−2、1；夹角的余弦可以说明：

# %%
constant = torch.full_like(sobel, 1 / 3)
alternating = torch.outer(sobel.new_tensor([1, -2, 1]), sobel.new_tensor([1, -2, 1])) / 6
print(f"steepest axis and the constant kernel: cosine {(steepest * constant).sum():.3f}")
print(f"flattest axis and the alternating kernel: cosine {(flattest * alternating).sum():.3f}")
# zh: print(f"最陡轴与九个数全相等的卷积核：余弦 {(steepest * constant).sum():.3f}")
# zh: print(f"最平轴与正负交替的卷积核：余弦 {(flattest * alternating).sum():.3f}")
shares = (axes.T @ sobel.flatten()) ** 2 / (sobel**2).sum()
print("Sobel's squared length on the nine axes, from the flattest to the steepest:")
print(", ".join(f"{share:.1%}" for share in shares))
# zh: print("Sobel 卷积核的长度平方在九条轴上的分配，从最平轴到最陡轴：")
# zh: print("，".join(f"{share:.1%}" for share in shares))

# %% [markdown] lang="en"
# The entries of Sobel's kernel add up to 0, so hardly any part of it lies on the steepest axis.
# Yet this axis limits the learning rate. At such a small rate the error on the other axes, at least 221 times flatter, shrinks slowly.
#
# Subtracting the mean brightness removes frequency 0 without changing the response to Sobel's kernel. Both descents
# below start from zero, each at 0.9 times its largest stable rate.

# %% [markdown] lang="zh"
# Sobel 卷积核各元素之和为 0，所以在最陡轴上几乎没有分量。可是学习率偏偏受最陡轴的限制。
# 其余各轴的特征值至多是它的 221 分之一；学习率这么小，这些轴上的误差就缩小得很慢。
#
# 减去平均亮度，频率为 0 的分量就没有了，而照片对 Sobel 卷积核的响应不变。
# 下面用原图和减去平均值后的图像各学一遍，都从零出发，学习率各取相应的最大稳定学习率的 0.9 倍。

# %%
centred = photo - photo.mean()
better = torch.linalg.eigvalsh(hessian(centred, (3, 3)))
print(f"largest eigenvalue: raw {raw[-1]:,.0f}, centred {better[-1]:,.0f}")
print(f"condition number: raw {raw[-1] / raw[0]:,.0f}, centred {better[-1] / better[0]:,.0f}")
# zh: print(f"最大的特征值：原图 {raw[-1]:,.0f}，减去平均值后 {better[-1]:,.0f}")
# zh: print(f"条件数：原图 {raw[-1] / raw[0]:,.0f}，减去平均值后 {better[-1] / better[0]:,.0f}")
d2l.compare(d2l.corr2d(centred, sobel), response)

# %% [markdown] lang="en" slide="slide"
# ## Subtract the mean
#
# The response to Sobel's kernel does not depend on the mean brightness. Subtract the mean, and learn again.
#
# **Predict:** does it help?

# %% [markdown] lang="zh" slide="slide"
# ## 减去平均值
#
# 照片对 Sobel 卷积核的响应与平均亮度无关。把平均值减掉，再学一遍。
#
# **先猜：** 有用吗？

# %% tags=["slide-answer"]
zeros = torch.zeros_like(sobel)
from_raw = descend(photo, response, zeros, lr=0.9 * 2 / raw[-1], steps=400)
from_centred = descend(centred, response, zeros, lr=0.9 * 2 / better[-1], steps=400)
both = {"raw": from_raw, "centred": from_centred}
# zh: both = {"原图": from_raw, "减去平均值": from_centred}
d2l.show_curves(
    {name: [(K - sobel).abs().max().item() for K in course] for name, course in both.items()},
    x=range(401),
    xlabel="step",
    ylabel="largest error in the kernel",
    # zh: xlabel="步数",
    # zh: ylabel="卷积核的最大误差",
    log=True,
)

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** which axis does the mean concern? Almost only the steepest. The condition number falls from 1,488 to 347, and not further, because the constant kernel still responds to the low frequencies. Each descent uses 90% of its own largest stable rate; after 400 steps the error is sixteen times smaller for the centred photograph.
#
# **Expect:** "no, the target is the same". The target is the same, but the shape of the bowl is not. This is one reason for standardising inputs.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 平均亮度关系到哪条轴？几乎只有最陡轴。条件数从 1,488 降到 347；没有降得更低，是因为全相等的卷积核对低频仍有响应。两种输入的学习率各取相应的最大稳定学习率的 90%，400 步之后，减去平均值的那一种，误差只有十六分之一。
#
# **常见错误：** “没用，目标又没变。”目标没变，碗的形状变了。输入要标准化，原因之一就在这里。

# %%
for name, course in both.items():
    print(f"{name}: largest error after 400 steps {(course[-1] - sobel).abs().max():.3f}")
    # zh: print(f"{name}：400 步之后的最大误差 {(course[-1] - sobel).abs().max():.3f}")

# %% [markdown] lang="en"
# The condition number falls only to 347, because the constant kernel still responds to the low frequencies of the centred photograph.
# LeCun et al. (1998) recommend centred inputs to lower it; batch normalisation (Ioffe and Szegedy 2015) standardises activations inside the network.
#
# Because the loss is a squared error and the output linear *in the parameters*, least squares gives a solution in
# **closed form**, without steps. For $N$ windows and $m$ parameters it costs about $N m^2 + m^3$ operations: little for nine parameters, too much for
# millions. With two layers the output is no longer linear in the parameters, so the closed form does not apply.

# %% [markdown] lang="zh"
# 条件数只降到 347，因为减去平均值之后，全相等的卷积核对照片的低频仍有响应。
# LeCun 等人（1998）正是为了降低条件数，建议从输入中减去平均值；批归一化（batch normalization，Ioffe 和 Szegedy 2015）则把网络内部的激活标准化。
#
# 不走一步，也能学到卷积核：损失是平方误差，输出又是**参数的**线性函数，所以最小二乘可以给出**闭式解**。设有 $N$ 个窗口、$m$ 个参数，
# 闭式解大约要做 $N m^2 + m^3$ 次运算：九个参数不算什么，几百万个就做不动了。有了两层，输出就不再是参数的线性函数，闭式解也不再适用。

# %%
windows = centred.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
exact = torch.linalg.lstsq(windows, response.reshape(-1, 1)).solution.reshape(3, 3)
d2l.compare(exact, sobel)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you add 10 to every pixel of the photograph. Which of these change: the response to Sobel's kernel, the largest eigenvalue, the number of steps needed? And does the condition number describe our descent well?</summary>
#
# The response stays the same, since the entries of Sobel's kernel add up to 0. The largest eigenvalue becomes much larger, because every window is brighter. So the learning rate
# must be smaller, and it takes even more steps until the error on the flat axes is small.
#
# The condition number describes the worst start. Ours is somewhat better: the flattest axis holds hardly any part of Sobel's kernel, as the shares above show, and the next axis is 1.6 times as steep.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>给照片的每个像素加上 10，下面哪些会变：对 Sobel 卷积核的响应、最大的特征值、所需的步数？再想一想：用条件数来衡量这里的下降，合适吗？</summary>
#
# 响应不变，因为 Sobel 卷积核各元素之和为 0。每个窗口都更亮，最大的特征值就大得多。学习率只好取得更小，平轴上的误差要走更多步才能缩小。
#
# 条件数说的是最坏的起点。这里的起点要好一些：从上面的分配可以看出，Sobel 卷积核在最平轴上几乎没有分量，而下一条轴的曲率是最平轴的 1.6 倍。
# </details>

# %% [markdown] lang="en"
# ## 7 · What cannot be learned
#
# **Predict:** transpose `X`, so that it has no vertical edge. The target, the output of the secret kernel `[1, -1]`, is then zero
# everywhere. Training reaches loss zero. Which kernel does it find?

# %% [markdown] lang="zh"
# ## 7 · 学不到的东西
#
# **先猜：**把 `X` 转置，让它没有竖直的边缘。这时目标（秘密卷积核 `[1, -1]` 的输出）处处为零。训练会让损失降到零。它找到的是哪个卷积核？

# %% [markdown] lang="en" slide="slide"
# ## What cannot be learned
#
# Transpose `X`: the target, the output of the secret kernel `[1, -1]`, is now zero everywhere.
#
# **Predict:** training reaches loss zero. Which kernel does it find?

# %% [markdown] lang="zh" slide="slide"
# ## 学不到的东西
#
# 把 `X` 转置：目标（秘密卷积核 `[1, -1]` 的输出）现在处处为零。
#
# **先猜：** 训练让损失降到了零。它找到的是哪个卷积核？

# %% tags=["slide-answer"]
flat = X.T
silent = d2l.corr2d(flat, secret)
for start in ([0.9, 0.1], [-0.4, 0.8], [0.5, -0.5]):
    found = descend(flat, silent, torch.tensor([start]), lr=0.01, steps=50)[-1]
    numbers, remaining = found.flatten().tolist(), loss_of(flat, silent, found)
    print(f"{start} -> [{numbers[0]:.1f}, {numbers[1]:.1f}], loss {remaining:.6f}")
    # zh: print(f"{start} -> [{numbers[0]:.1f}, {numbers[1]:.1f}]，损失 {remaining:.6f}")

# %% [markdown] lang="en" slide="fragment"
# **Loss zero** means that the kernel fits these data. It need not be the secret kernel.

# %% [markdown] lang="zh" slide="fragment"
# **损失为零**只表示卷积核与这些数据相符，它未必就是秘密卷积核。

# %% [markdown] lang="en" slide="notes"
# **3 min.** These three starts lead to three different kernels, and all have loss zero. In this image two neighbouring pixels of the same row are always equal, so only the *sum* $K_0 + K_1$ affects the output. The valley has a level floor: one eigenvalue is 0.
#
# **Ask:** what helps, more steps or another image? **Expect:** "more steps, a smaller rate". Only an image with vertical edges helps. Recall the region of ones on the second slide.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 从这三个起点学到的卷积核各不相同，损失却都是零。在这张图像里，同一行相邻的两个像素总是相等，只有**和** $K_0 + K_1$ 影响输出。谷底是平的：有一个特征值为 0。
#
# **提问：** 怎么办，多走几步，还是换一张图像？**常见错误：** “多走几步，学习率小一点。”只有换一张有竖直边缘的图像才行。请他们回想第二页上全为一的区域。

# %%
values = torch.linalg.eigvalsh(hessian(flat, (1, 2)))
print(f"eigenvalues: {abs(values[0]):.1f} and {values[1]:.1f}")
# zh: print(f"特征值：{abs(values[0]):.1f} 和 {values[1]:.1f}")

# %% [markdown] lang="en"
# These three starts lead to three different kernels, all with loss zero. In this image two neighbouring pixels of a row have the same value $x$, so the
# output $x\,(K_0 + K_1)$ depends only on the sum of the two entries. One eigenvalue is 0, and along its axis the kernel stays where it
# started.
#
# **Loss zero means that a kernel fits the data; it need not be the kernel that made them.** More steps do not help,
# but an image with vertical edges does.

# %% [markdown] lang="zh"
# 从这三个起点学到的卷积核各不相同，损失却都是零。在这张图像里，同一行相邻的两个像素都等于同一个 $x$，
# 输出是 $x\,(K_0 + K_1)$，只与两个元素之和有关。有一个特征值为 0，沿着它的轴，卷积核一直停在出发的地方。
#
# **损失为零，只说明卷积核与数据相符；产生这些数据的未必就是它。**多走几步没有用，换一张有竖直边缘的图像才有用。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> an image has a single vertical edge: the pixels on its left are 0, those on its right are 1. Do the image and the output determine every kernel of one row and two columns?</summary>
#
# Yes, if at least two columns lie on the right of the edge. The window (0, 1) at the edge gives the second entry of the kernel. The window (1, 1) beside it gives the sum of both entries, and so the first.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>一张图像只有一条竖直的边缘，左边的像素都是 0，右边的都是 1。由这张图像和输出，能确定任何一个一行两列的卷积核吗？</summary>
#
# 能，只要边缘右边至少有两列。边缘处的窗口 (0, 1) 给出卷积核的第二个元素；旁边的窗口 (1, 1) 给出两个元素之和，于是第一个元素也知道了。
# </details>

# %% [markdown] lang="en"
# ## 8 · Where this is used today
#
# **Predict:** what share of ResNet-18's parameters is in kernels? (PyTorch's *meta* device keeps shapes without numbers.)

# %% [markdown] lang="zh"
# ## 8 · 今天用在哪里
#
# **先猜：**ResNet-18 的参数里，卷积核的元素占多少？（PyTorch 的 **meta** 设备只记参数的形状，不存数值。）

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# **Predict:** how many of ResNet-18's 11,689,512 parameters are kernel entries: a tenth, half, or nearly all?

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# **先猜：** ResNet-18 的 11,689,512 个参数里，卷积核的元素占多少：十分之一、一半，还是几乎全部？

# %% tags=["slide-answer"]
with torch.device("meta"):
    resnet, vit = torchvision.models.resnet18(), torchvision.models.vit_b_16()
total = sum(weights.numel() for weights in resnet.parameters())
layers = [layer for layer in resnet.modules() if isinstance(layer, nn.Conv2d)]
in_kernels = sum(layer.weight.numel() for layer in layers)
print(f"ResNet-18: {total:,} parameters")
print(f"in {len(layers)} convolutions: {in_kernels:,} kernel entries, {in_kernels / total:.1%}")
print(f"its Hessian would have {total**2:.1e} entries")
print(f"ViT-B/16: kernels of the first layer {tuple(vit.conv_proj.weight.shape)}")
# zh: print(f"ResNet-18：{total:,} 个参数")
# zh: print(f"{len(layers)} 个卷积层里：卷积核的元素有 {in_kernels:,} 个，占 {in_kernels / total:.1%}")
# zh: print(f"它的海森矩阵会有 {total**2:.1e} 个元素")
# zh: print(f"ViT-B/16：第一层卷积核的形状 {tuple(vit.conv_proj.weight.shape)}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** All of them are learned by the update of this lecture, with mini-batches and momentum. **Ask:** can we compute $2/\lambda_{\max}$ for this network as before? **Expect:** "yes, the same formula". The Hessian does not fit into any memory, and the loss is no longer quadratic; in practice the rate is found by trial.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这些数全是用本节课的更新学来的，再加上小批量和动量。**提问：** 能像刚才那样为这个网络算出 $2/\lambda_{\max}$ 吗？**常见错误：** “能，公式一样。”海森矩阵大得无处可存，损失也不再是二次函数；实际上，学习率要靠试。

# %% [markdown] lang="en"
# He et al. (2016) trained ResNet with the update of section 2, slightly changed. We computed each gradient from all windows (**full batch**);
# they used a random **mini-batch** of 256 images (**stochastic gradient descent**, SGD). They also added 0.9 times the
# previous step (**momentum**, Polyak 1964), used weight decay and lowered the rate during training. Vision transformers use attention in place of convolution, but the first layer of ViT is still a learned convolution.
#
# Section 5's limit appears in networks, too. In full-batch training, Cohen et al. (2021) saw the largest eigenvalue rise to about $2/\eta$ and
# stay there. From then on the loss went up and down, but fell in the long run.
#
# Training often starts from kernels learned on other data (**transfer learning**). Yosinski et al. (2014) found that the kernels of the
# first layers transfer best.
#
# <details><summary><b>Check yourself:</b> could we compute the largest stable learning rate of ResNet-18 as in section 5?</summary>
#
# No. Its Hessian has too many entries to be stored, and its loss is not quadratic, so the Hessian changes from step to step. The product of the
# Hessian with a vector can be computed without the Hessian itself. From such products Cohen et al. computed the largest eigenvalue again and again during training. In practice, learning rates are found by trial.
# </details>

# %% [markdown] lang="zh"
# He 等人（2016）训练 ResNet，用的就是第 2 节的更新，只作了一些改动。我们每次用全部窗口算梯度（**全批量**）；他们随机取 256 张图像组成**小批量**来算，
# 这叫做**随机梯度下降**（SGD）；他们还在每一步上加上前一步的 0.9 倍（**动量**，Polyak 1964），此外还用了权重衰减，并在训练中逐次降低学习率。视觉 Transformer 用注意力取代卷积，但 ViT 的第一层仍是学来的卷积。
#
# 第 5 节的上限在网络里也会出现。Cohen 等人（2021）用全批量训练，看到最大的特征值升到 $2/\eta$ 附近，就停在那里。
# 此后损失忽升忽降，但从长远看仍在下降。
#
# 训练往往以在其他数据上学到的卷积核为起点（**迁移学习**）；Yosinski 等人（2014）发现，前几层的卷积核迁移效果最好。
#
# <details><summary><b>自测：</b>能像第 5 节那样，算出 ResNet-18 的最大稳定学习率吗？</summary>
#
# 不能。它的海森矩阵元素太多，存不下；损失也不是二次函数，海森矩阵每走一步都在变。海森矩阵与一个向量的乘积倒是可以算，不必求出海森矩阵本身；
# Cohen 等人就是由这样的乘积，在训练过程中一次次求出最大的特征值的。实践中，学习率要靠试。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - the gradient is a cross-correlation: input with residual
# - the largest stable learning rate is $2/\lambda_{\max}$
# - for a photograph, the steepest axis has the lowest frequency
# - report many runs with their spread, not one
# - what does not affect the output cannot be learned

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 梯度也是互相关：输入与残差
# - 最大稳定学习率是 $2/\lambda_{\max}$
# - 对照片来说，最陡轴的频率最低
# - 报告许多次运行和散布范围，不只报一次
# - 不影响输出的东西，学不到

# %% [markdown] lang="en" slide="notes"
# **2 min.** Return to the guessing game: two pairs that are not multiples of each other determine both numbers; two pairs that are multiples give only one equation. Set exercises 1, 2 and 4. In chapter 09 a network learns tens of thousands of numbers in this way.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到猜数游戏：两对数互不成倍数，就能定下两个数；成倍数，就只得到一个方程。布置练习 1、2、4。第 09 章的网络用同样的办法学习几万个数。

# %% tags=["exercises"]
exercises.ch04

# %% [markdown] lang="en"
# ## Summary
#
# Examples determine a kernel through the loss: each step adds to the kernel the cross-correlation of the input
# with the residual, times $2\eta$. The learning rate must stay below $2/\lambda_{\max}$, where $\lambda_{\max}$ is the Hessian's largest eigenvalue. From the worst
# start, the condition number decides how many steps are needed. For a photograph the steepest axis has the lowest frequency and the flattest the highest.
# What does not affect the output remains undetermined, even at loss zero.
#
# **Next:** chapter 05 adds padding, stride and dilation. In chapter 09 a network learns tens of thousands of numbers this way.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, "Convolutions for Images"
#   ([English](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html),
#   [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)): a kernel is learned in ten steps.
# - Goh 2017, [Why Momentum Really Works](https://distill.pub/2017/momentum/): how momentum speeds up the descent in a long valley;
#   [Polyak 1964](https://doi.org/10.1016/0041-5553(64)90137-5): the method.
# - LeCun, Bottou, Orr and Müller 1998, [Efficient BackProp](https://doi.org/10.1007/3-540-49430-8_2): the Hessian, centring and learning
#   rates; [Ioffe and Szegedy 2015](https://arxiv.org/abs/1502.03167): batch normalisation.
# - [Field 1987](https://doi.org/10.1364/JOSAA.4.002379): the spectra of natural images.
# - [He et al. 2016](https://arxiv.org/abs/1512.03385): ResNet;
#   [Dosovitskiy et al. 2021](https://arxiv.org/abs/2010.11929): ViT;
#   [Cohen et al. 2021](https://arxiv.org/abs/2103.00065): the largest eigenvalue during training;
#   [Yosinski et al. 2014](https://arxiv.org/abs/1411.1792): transfer.

# %% [markdown] lang="zh"
# ## 小结
#
# 样本通过损失定出卷积核：每走一步，就把输入与残差的互相关乘以 $2\eta$，加到卷积核上。学习率必须低于
# $2/\lambda_{\max}$，其中 $\lambda_{\max}$ 是海森矩阵最大的特征值。从最坏的起点出发，要走多少步由条件数决定。
# 对照片来说，最陡轴的频率最低，最平轴的频率最高。不影响输出的东西，即使损失为零也定不下来。
#
# **下一步：**第 05 章加上填充、步幅和膨胀率。第 09 章的网络用同样的办法学习几万个数。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：《动手学深度学习》中关于图像卷积的一节
#   （[英文版](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)，
#   [中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)），那里用十步学出了一个卷积核。
# - Goh 2017：[Why Momentum Really Works](https://distill.pub/2017/momentum/)，讲动量怎样加快狭长山谷里的下降；
#   [Polyak 1964](https://doi.org/10.1016/0041-5553(64)90137-5)，提出动量法的论文。
# - LeCun、Bottou、Orr、Müller 1998：[Efficient BackProp](https://doi.org/10.1007/3-540-49430-8_2)，讲海森矩阵、减去平均值与学习率；
#   [Ioffe 和 Szegedy 2015](https://arxiv.org/abs/1502.03167)，批归一化。
# - [Field 1987](https://doi.org/10.1364/JOSAA.4.002379)：自然图像的频谱。
# - [He 等人 2016](https://arxiv.org/abs/1512.03385)：ResNet；
#   [Dosovitskiy 等人 2021](https://arxiv.org/abs/2010.11929)：ViT；
#   [Cohen 等人 2021](https://arxiv.org/abs/2103.00065)：训练中最大的特征值；
#   [Yosinski 等人 2014](https://arxiv.org/abs/1411.1792)：迁移。
