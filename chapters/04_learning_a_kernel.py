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
# *Nobody sat down and wrote the kernels of a network that recognises faces. They were found by showing examples. How can
# examples alone tell nine numbers what they should be, and when can they not?*
#
# **In this chapter you will**
# - recover an edge detector from one picture and its edges, by gradient descent;
# - judge the result over 200 random starts instead of one lucky run;
# - compute the gradient by hand and find an old friend in it;
# - predict the learning rate at which learning explodes, before it does;
# - learn Sobel from a photograph, and see why that takes longer;
# - find out what no amount of training can recover.
#
# **Time:** about 35 minutes to read and run, 75 more for the exercises. **You need:** chapters 02 and 03, the idea of
# gradient descent, and for section 5 the eigenvalues of a symmetric matrix.

# %% [markdown] lang="zh"
# # 04 学习卷积核
#
# *人脸识别网络里的卷积核，没有一个是谁坐下来写出来的，全都是从例子里学来的。
# 光凭例子，怎么就能知道九个数各该等于多少？什么时候，例子也无能为力？*
#
# **学完本章，你将能够**
# - 用梯度下降，从一张图像和它的边缘图中还原出边缘检测器；
# - 从 200 个随机起点出发来评判结果，而不是靠一次好运气；
# - 亲手算出梯度，并在其中认出一位老朋友；
# - 不等训练发散，先算出多大的学习率会让它发散；
# - 从一张照片学出 Sobel，并明白为什么这要慢得多；
# - 弄清哪些东西再怎么训练也还原不出来。
#
# **所需时间：** 阅读并运行约 35 分钟，练习另需 75 分钟。**预备知识：** 第 02、03 章，梯度下降的思想；第 5 节用到对称矩阵的特征值。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Play a guessing game: you think of two numbers $p$ and $q$ and answer only with $p x + q y$ for every $x, y$ that the class calls out. **Ask:** how many questions until you know them? Two good ones.
#
# Now say: that is the whole lecture. A secret kernel, examples, and the question when the examples are enough.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 玩一个猜数游戏：你心里想两个数 $p$ 和 $q$，大家报出 $x, y$，你只回答 $p x + q y$。**提问：** 要问几次才能猜出来？两次，只要问得好。
#
# 然后说：这堂课讲的就是这件事。一个秘密卷积核，一些例子，以及例子什么时候才够用。

# %%
import torch
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · Guess the kernel
#
# Somebody took the picture `X` of chapter 03, applied a secret kernel of one row and two columns, and gave us `X` and the answer
# `Y`. We know that it was `[1, -1]`; let us pretend that we do not.
#
# **Predict:** can you read the kernel off `X` and `Y` by eye? Which cells of `Y` tell you most?

# %% [markdown] lang="zh"
# ## 1 · 猜卷积核
#
# 有人把一个秘密的、一行两列的卷积核作用在第 03 章的图像 `X` 上，然后把 `X` 和输出 `Y` 交给我们。
# 其实我们知道它是 `[1, -1]`，不妨假装不知道。
#
# **先猜：** 光用眼睛看 `X` 和 `Y`，你能读出卷积核吗？`Y` 的哪几格透露得最多？

# %% [markdown] lang="en" slide="slide"
# ## Guess the kernel
#
# A secret kernel, one row and two columns, made `Y` out of `X`.
#
# **Predict:** can you read it off by eye? Which cells tell you most?

# %% [markdown] lang="zh" slide="slide"
# ## 猜卷积核
#
# 一个秘密卷积核，一行两列，把 `X` 变成了 `Y`。
#
# **先猜：** 光用眼睛能读出它吗？哪几格透露得最多？

# %% tags=["slide"]
X = torch.ones(6, 8)
X[:, 2:6] = 0
Y = d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))
d2l.show_grids(X=X, Y=Y)

# %% [markdown] lang="en" slide="fragment"
# At an edge one of the two cells is 0: the answer *is* the other kernel number.

# %% [markdown] lang="zh" slide="fragment"
# 边缘处两格中有一格是 0：输出*就是*卷积核压在另一格上的那个数。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Let two volunteers point at the columns that gave it away. It is `[1, -1]`, the edge detector of chapter 03.
#
# **Expect:** somebody uses the white part: there $K_0 + K_1 = 0$, one equation for two numbers, not enough. Keep this remark; the last but one slide comes back to it. A machine needs no such cleverness: next slide.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 请两位同学指出是哪两列泄露了秘密。它就是第 03 章的边缘检测器 `[1, -1]`。
#
# **常见错误：** 有人只看白色部分：那里得到 $K_0 + K_1 = 0$，两个未知数一个方程，不够。这句话先记下，到倒数第二页再用。机器用不着这样机灵，见下一页。

# %% [markdown] lang="en"
# At an edge one of the two numbers under the kernel is 0, so the answer *is* the other kernel number. A machine does not need
# such cleverness. It starts with any kernel and asks: how wrong am I? The **loss** is the sum of the squared errors over all
# cells:
#
# $$L(K) = \sum_{i,j} \big(\hat Y_{i,j} - Y_{i,j}\big)^2, \qquad \hat Y = \text{corr2d}(X, K)$$

# %% [markdown] lang="zh"
# 在边缘处，卷积核盖住的两格里有一格是 0，所以输出*就是*卷积核压在另一格上的那个数。机器用不着这样机灵。
# 它随便拿一个卷积核开始，然后问：我错了多少？**损失**就是各格误差的平方之和：
#
# $$L(K) = \sum_{i,j} \big(\hat Y_{i,j} - Y_{i,j}\big)^2, \qquad \hat Y = \text{corr2d}(X, K)$$

# %% [markdown] lang="en" slide="slide"
# ## How wrong am I?
#
# $$L(K) = \sum_{i,j} \big(\hat Y_{i,j} - Y_{i,j}\big)^2, \qquad \hat Y = \text{corr2d}(X, K)$$
#
# **Predict:** what is the loss of `[0, 0]`? And of `[1, 1]`?

# %% [markdown] lang="zh" slide="slide"
# ## 我错了多少？
#
# $$L(K) = \sum_{i,j} \big(\hat Y_{i,j} - Y_{i,j}\big)^2, \qquad \hat Y = \text{corr2d}(X, K)$$
#
# **先猜：** `[0, 0]` 的损失是多少？`[1, 1]` 呢？


# %% tags=["slide-answer"]
def loss_of(K):
    return ((d2l.corr2d(X, K) - Y) ** 2).sum().item()


for guess in ([0.0, 0.0], [1.0, 1.0], [0.8, -0.9], [1.0, -1.0]):
    print(guess, "loss", round(loss_of(torch.tensor([guess])), 2))

# %% [markdown] lang="en" slide="notes"
# **3 min.** A kernel of zeros answers nothing and misses 12 cells by 1 each. `[1, 1]` answers 2 on every white pair, where 0 was right, and 1 at the right edge, where −1 was right.
#
# **Ask before going on:** the loss of `[2, -2]`? 12 again: twice too much is as wrong as nothing. **Expect:** "48". Let them square the error, not the answer.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 全零的卷积核什么都不输出，12 格各差 1。`[1, 1]` 在每一对白格上输出 2，而正确的是 0；在右边缘上输出 1，而正确的是 −1。
#
# **继续之前先问：** `[2, -2]` 的损失是多少？还是 12：多一倍，与什么都没有错得一样多。**常见错误：** “48”。提醒他们：要平方的是误差，不是输出。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what is the loss of the kernel <code>[2, -2]</code>? And why does <code>[0, 0]</code> have the same one?</summary>
#
# Its answers are twice the right ones, so the error at each cell is the right answer itself, 1 or −1 in two columns of six cells: $2 \cdot 6 = 12$. A kernel of zeros
# answers nothing and misses by just as much.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>卷积核 <code>[2, -2]</code> 的损失是多少？为什么 <code>[0, 0]</code> 的损失与它相同？</summary>
#
# 它的输出是目标的两倍，所以每格的误差恰好等于目标本身，在两列、每列六格上是 1 或 −1：$2 \cdot 6 = 12$。全零的卷积核什么都不输出，差得一样多。
# </details>

# %% [markdown] lang="en"
# ## 2 · Ten steps downhill
#
# Then it takes a small step in the direction in which the loss falls fastest, against the gradient, and asks again. Here with
# PyTorch's layer, which starts from random numbers. It has four axes, so picture and answer get two more.
#
# **Predict:** ten steps with the learning rate 0.03. Will the kernel be right to one digit, to two, to six?

# %% [markdown] lang="zh"
# ## 2 · 下山十步
#
# 接着，它朝损失下降最快的方向，也就是梯度的反方向，迈出一小步，再问一次。这里用 PyTorch 的卷积层，它的初始权重是随机数。
# 它要求四个轴，所以给图像和目标输出各添两个。
#
# **先猜：** 走十步，学习率 0.03。学到的卷积核能准到小数点后一位、两位，还是六位？

# %%
torch.manual_seed(0)
conv = nn.Conv2d(1, 1, kernel_size=(1, 2), bias=False)
X4, Y4 = X.reshape(1, 1, 6, 8), Y.reshape(1, 1, 6, 7)

# %% [markdown] lang="en" slide="slide"
# ## Ten steps downhill
#
# `conv.weight -= 0.03 * conv.weight.grad`, ten times, from random numbers.
#
# **Predict:** right to one digit, to two, or to six?

# %% [markdown] lang="zh" slide="slide"
# ## 下山十步
#
# `conv.weight -= 0.03 * conv.weight.grad`，从随机数出发，走十步。
#
# **先猜：** 能准到小数点后一位、两位，还是六位？

# %% tags=["slide-answer"]
for step in range(1, 11):
    loss = ((conv(X4) - Y4) ** 2).sum()
    conv.zero_grad()
    loss.backward()
    with torch.no_grad():
        conv.weight -= 0.03 * conv.weight.grad
    if step % 2 == 0:
        print(f"before step {step}: loss {loss.item():.3f}")

# %% tags=["slide-answer"]
d2l.show_grids(learned=conv.weight.reshape(1, 2), secret=torch.tensor([[1.0, -1.0]]))

# %% [markdown] lang="en" slide="notes"
# **3 min.** Two keys: first the losses, then the kernel. **Ask** after the losses: by which factor does it fall from line to line? About 3 to 5 in two steps.
#
# **Expect:** six digits, because a computer is exact. It is; but each step closes only a part of the gap. One digit is right, and the second nearly.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按两次键：先出损失，再出卷积核。看到损失后**提问：** 从一行到下一行，损失除以几？两步下来，大约除以 3 到 5。
#
# **常见错误：** 六位，因为计算机算得准。算得是准；可是每一步只补上差距的一部分。第一位对了，第二位也差不多。

# %% [markdown] lang="en"
# One digit is right, and the second nearly: not bad for ten steps. Two lines deserve a closer look.
#
# `conv.zero_grad()` must come before `backward`, because that *adds* to what stands in `.grad`.
#
# `with torch.no_grad():` says that the update is not part of the computation to differentiate. In old code you find
# `conv.weight.data -= ...` instead. In this loop it does the same, but it takes away your safety net: a change through `.data` is
# hidden from autograd. Watch what it does to a gradient that is still to be computed; the right value is $2w = 6$ at $w=3$.

# %% [markdown] lang="zh"
# 第一位对了，第二位也差不多：才十步，已经很不错。有两行值得细看。
#
# 调用 `backward` 之前要先用 `conv.zero_grad()` 清掉旧的梯度，因为它会把梯度*累加*到 `.grad` 里原有的数上。
#
# `with torch.no_grad():` 表示自动求导不必理会这次更新。在旧代码里你会看到 `conv.weight.data -= ...`，
# 看上去作用相同，却撤掉了你的安全网：通过 `.data` 做的改动，自动求导毫不知情。
# 看看它对一个尚未算出的梯度做了什么；正确的值是 $w=3$ 处的 $2w = 6$。

# %% [markdown] lang="en" slide="slide"
# ## A wrong number, without a word
#
# **Predict:** the gradient of $w^2$ at $w = 3$ is 6. What does this print?

# %% [markdown] lang="zh" slide="slide"
# ## 不声不响的错数
#
# **先猜：** $w^2$ 在 $w = 3$ 处的梯度是 6。这段代码会打印什么？

# %% tags=["slide-code", "slide-answer"]
w = torch.tensor(3.0, requires_grad=True)
square = w**2
w.data += 100  # autograd does not notice ...
square.backward()
print("gradient by way of .data:", w.grad.item())

# %% [markdown] lang="en" slide="fragment"
# Under `with torch.no_grad():` the same change is *refused*.

# %% [markdown] lang="zh" slide="fragment"
# 用 `with torch.no_grad():` 做同样的改动，会被当场*拒绝*。

# %% [markdown] lang="en" slide="notes"
# **2 min.** $2\cdot 103 = 206$: `backward` used the number that stands there now. Old code is full of `.data`; it takes the safety net away.
#
# **Expect:** "6, because the square was computed before". The square was; its gradient is computed at the end. Rule: update under `torch.no_grad()`, or let an optimiser do it. And zero the gradients before `backward`, which *adds*.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** $2\cdot 103 = 206$：`backward` 用的是现在的那个数。旧代码里到处是 `.data`，它撤掉了安全网。
#
# **常见错误：** “6，因为平方早就算好了。”平方是早算好了，梯度却是最后才算的。规矩：更新放在 `torch.no_grad()` 之下，或者交给优化器。还有，`backward` 是*累加*，所以之前要先把梯度清零。

# %%
w = torch.tensor(3.0, requires_grad=True)
square = w**2
with torch.no_grad():
    w += 100  # ... here it does
try:
    square.backward()
except RuntimeError as reason:
    print("refused:", "modified by an inplace operation" in str(reason))

# %% [markdown] lang="en"
# A wrong number without a word, against a refusal. Update under `torch.no_grad()`, or let an optimiser do it
# (`torch.optim.SGD`), which does the same inside.

# %% [markdown] lang="zh"
# 前者不声不响地给出一个错误的数，后者当场拒绝。更新参数请放在 `torch.no_grad()` 之下，
# 或者交给优化器（`torch.optim.SGD`），它内部也是这样做的。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what would happen without <code>conv.zero_grad()</code>?</summary>
#
# Each step would follow the sum of all gradients so far, old ones included. The kernel gathers momentum that nothing slows down, and swings around the goal
# instead of settling there. Delete the line and watch the losses.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果没有 <code>conv.zero_grad()</code> 会怎样？</summary>
#
# 每一步都会沿着到目前为止所有梯度之和的方向走，旧的也算在内。卷积核越积越多的“冲劲”没有什么来消减，于是绕着目标来回摆，停不下来。删掉这一行，看看损失怎么变。
# </details>

# %% [markdown] lang="en"
# ## 3 · Was that luck?
#
# We saw one run from one random start. Somebody else's computer, another seed: another result. So do it 200 times.
#
# **Predict:** after ten steps, how far apart are the best and the worst loss? A factor of 2, of 10, of 100?

# %% [markdown] lang="zh"
# ## 3 · 是运气吗？
#
# 我们只看了从一个随机起点出发的一次运行。换一台电脑，换一个种子，结果就不一样。那就做上 200 次。
#
# **先猜：** 十步之后，最好和最差的损失相差多少？2 倍、10 倍，还是 100 倍？


# %%
def learn(seed, lr=0.03, steps=10):
    torch.manual_seed(seed)
    conv = nn.Conv2d(1, 1, kernel_size=(1, 2), bias=False)
    optimizer = torch.optim.SGD(conv.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((conv(X4) - Y4) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return conv.weight.detach().reshape(1, 2)


# %% [markdown] lang="en" slide="slide"
# ## Was that luck?
#
# The same ten steps from 200 random starts.
#
# **Predict:** how far apart are the best and the worst loss? A factor of 2, 10 or 100?

# %% [markdown] lang="zh" slide="slide"
# ## 是运气吗？
#
# 同样走十步，从 200 个随机起点出发。
#
# **先猜：** 最好与最差的损失相差多少？2 倍、10 倍，还是 100 倍？

# %% tags=["slide-answer"]
kernels = [learn(seed) for seed in range(200)]
losses = [loss_of(K) for K in kernels]
d2l.show_spread({"200 seeds": losses}, xlabel="loss after 10 steps", log=True, repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# More than 100. Yet *every* kernel is within 0.1 of `[1, -1]`.

# %% [markdown] lang="zh" slide="fragment"
# 100 倍以上。但*每一个*卷积核与 `[1, -1]` 都相差不到 0.1。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Each dot is one run; the axis is logarithmic, the stroke marks the median. **Ask:** a friend reports a loss of 0.006, you have 0.2: is his code better? Nobody can tell; both lie in the range of one and the same code.
#
# **Expect:** "about the same, it is the same program". **Say it once more:** the result is the sentence about all starts; one run, to three digits, is an anecdote.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 每个点是一次运行；横轴是对数刻度，竖线是中位数。**提问：** 朋友的损失是 0.006，你的是 0.2，他的代码更好吗？看不出来：同一份代码就会散布在这么大的范围里。
#
# **常见错误：** “应该差不多，程序一样嘛。”**再强调一遍：** 对所有起点都成立的那句话才是结果；单独一次运行，哪怕报到三位小数，也只是个例。

# %%
errors = [(K - torch.tensor([[1.0, -1.0]])).abs().max().item() for K in kernels]
print("every loss below 0.5:", max(losses) < 0.5, " some below 0.005:", min(losses) < 0.005)
print("every kernel within 0.1 of [1, -1]:", max(errors) < 0.1)

# %% [markdown] lang="en"
# The losses differ by a factor of more than 100, from start to start, and none is wrong by much. *That* is the result: "within 0.1
# after ten steps, from every one of 200 starts". The loss of a single run, to three digits, is an anecdote.

# %% [markdown] lang="zh"
# 起点不同，损失最多相差 100 倍以上，但没有一次错得离谱。*这*才是结果：“从 200 个起点出发，十步之后每一个的误差都在 0.1 以内”。
# 单独一次运行的损失，哪怕报到小数点后三位，也只是个例。

# %%
print("worst loss / best loss above 100:", max(losses) / min(losses) > 100)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a friend reports a loss of 0.006 after ten steps, you have 0.2. Is his code better?</summary>
#
# You can't tell. Both lie in the range that one and the same code covers from different starts. Compare over many starts, or not at all.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>朋友说他十步之后损失是 0.006，你的是 0.2。他的代码更好吗？</summary>
#
# 看不出来。两个数都在同一份代码从不同起点出发会得到的范围之内。要么比较许多个起点，要么就别比。
# </details>

# %% [markdown] lang="en"
# ## 4 · The gradient, by hand
#
# What does `backward` compute? Kernel cell $K_{a,b}$ takes part in every window: there it is multiplied by $X_{i+a,j+b}$. So the
# chain rule says
#
# $$\frac{\partial L}{\partial K_{a,b}} = \sum_{i,j} 2\,\big(\hat Y_{i,j} - Y_{i,j}\big)\, X_{i+a,\,j+b}$$
#
# **Predict:** read this formula aloud, with the error in place of the kernel. Which operation is it?

# %% [markdown] lang="zh"
# ## 4 · 亲手求梯度
#
# `backward` 算的是什么？卷积核的一格 $K_{a,b}$ 参与每一个窗口，在那里与 $X_{i+a,j+b}$ 相乘。于是由链式法则得
#
# $$\frac{\partial L}{\partial K_{a,b}} = \sum_{i,j} 2\,\big(\hat Y_{i,j} - Y_{i,j}\big)\, X_{i+a,\,j+b}$$
#
# **先猜：** 把误差当作卷积核，再念一遍这个公式。这是什么运算？

# %% [markdown] lang="en" slide="slide"
# ## The gradient, by hand
#
# $$\frac{\partial L}{\partial K_{a,b}} = \sum_{i,j} 2\,\big(\hat Y_{i,j} - Y_{i,j}\big)\, X_{i+a,\,j+b}$$
#
# **Predict:** read it aloud with the error in place of the kernel. Which operation is it?

# %% [markdown] lang="zh" slide="slide"
# ## 亲手求梯度
#
# $$\frac{\partial L}{\partial K_{a,b}} = \sum_{i,j} 2\,\big(\hat Y_{i,j} - Y_{i,j}\big)\, X_{i+a,\,j+b}$$
#
# **先猜：** 把误差当作卷积核，再念一遍。这是什么运算？

# %% [markdown] lang="en" slide="fragment"
# Cross-correlation again, of the input with the *error*:
#
# `2 * corr2d(X, corr2d(X, K) - Y)`

# %% [markdown] lang="zh" slide="fragment"
# 还是互相关，是输入与*误差*的互相关：
#
# `2 * corr2d(X, corr2d(X, K) - Y)`

# %% [markdown] lang="en" slide="notes"
# **4 min.** Derive it on the board for one cell: $K_{a,b}$ takes part in every window, and meets $X_{i+a,j+b}$ there. The gradient asks each kernel cell: in the windows where I answered too much, what lay under you?
#
# **Ask:** suppose the error is 1 at a single output cell and 0 elsewhere; what is the gradient? Twice the patch that this cell looked at. **Expect:** "that takes autograd". No, one line; chapter 08 carries it through whole networks.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上对一格推导：$K_{a,b}$ 参与每一个窗口，在那里碰到 $X_{i+a,j+b}$。梯度问卷积核的每一格：在输出偏大的那些窗口里，你压着的是什么？
#
# **提问：** 假设只有一个输出格的误差是 1，其余都是 0，梯度是什么？就是这一格所看的那一小块图像，每个数都乘以二。**常见错误：** “这得靠自动求导。”不用，一行就够；第 08 章会把它推广到整个网络。


# %%
def gradient(X, Y, K):
    return 2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y)


# %%
K = torch.tensor([[0.3, 0.5]], requires_grad=True)
((d2l.corr2d(X, K) - Y) ** 2).sum().backward()
d2l.compare(gradient(X, Y, K.detach()), K.grad)

# %% [markdown] lang="en"
# A cross-correlation again: **the gradient of a kernel is, up to the factor 2, the cross-correlation of the input with the error.** It asks, for each
# kernel cell: in the windows where I answered too much, what lay under you? Chapter 08 carries this through whole networks.

# %% [markdown] lang="zh"
# 又是互相关：**卷积核的梯度，就是输入与误差的互相关**（只差因子 2）。它问卷积核的每一格：
# 在输出偏大的那些窗口里，你压着的是什么？第 08 章会把这件事推广到整个网络。

# %% [markdown] lang="en"
# With the gradient in hand we can settle section 3 for *every* start, not just for 200. PyTorch draws each of the two numbers between
# $-1/\sqrt{2}$ and $1/\sqrt{2}$, and the error after ten steps depends on the start in a straight line. So the worst start is one of the
# four corners of that square:

# %% [markdown] lang="zh"
# 有了梯度，就能对*每一个*起点（而不只是 200 个）给第 3 节下定论。PyTorch 在 $-1/\sqrt{2}$ 与 $1/\sqrt{2}$ 之间抽取那两个数，
# 而十步之后的误差与起点是线性关系。所以最坏的起点，必在这个正方形的四个角上：

# %%
worst = 0.0
for corner in ([-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]):
    K = torch.tensor([corner]) / 2**0.5
    for _ in range(10):
        K = K - 0.03 * gradient(X, Y, K)
    worst = max(worst, (K - torch.tensor([[1.0, -1.0]])).abs().max().item())
print("every start that PyTorch can draw ends within 0.1:", worst < 0.1)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> suppose the error is 1 at a single output cell and 0 everywhere else. What is the gradient?</summary>
#
# Twice the window that this cell looked at, a patch of the picture. Adding up over all cells, the gradient is a sum of patches, each weighted by its error.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>假设只有一个输出格的误差是 1，其余都是 0。梯度是什么？</summary>
#
# 就是这一格所看的窗口，即图像的一小块，放大到两倍。对所有格求和，梯度就是许多小块按各自的误差加权之和。
# </details>

# %% [markdown] lang="en"
# ## 5 · How large a step?
#
# **Predict:** twice the learning rate, twice as fast?
#
# **Play:** move the learning rate. The dotted curve shows at once what it would make of the loss, from the kernel `[1, 0]`; *Play*
# takes the steps. Which rate is the fastest? And what do you see of a rate that is too large?
#
# **Task:** find the largest learning rate, to three digits, at which the loss still falls at step 25; the sentence above the curve says
# whether it does, and the arrow keys move the third digit. Leave the slider there: we are about to compute the border, and shall compare.

# %% [markdown] lang="zh"
# ## 5 · 一步该迈多大？
#
# **先猜：** 学习率加倍，学得就快一倍吗？
#
# **动手：** 拖动滑块改变学习率。虚线立刻告诉你：从卷积核 `[1, 0]` 出发，按这个学习率走下去，损失会怎样；按*播放*就真的一步步走。
# 哪个学习率最快？学习率太大时，你看到了什么？
#
# **任务：** 找出最大的学习率（三位有效数字），使得走到第 25 步时损失仍在下降。曲线上方那句话会告诉你是否还在下降，
# 用方向键可以微调第三位数字。找到后就让滑块停在那里：马上要把这条分界线算出来，拿来对一对。

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
# **6 min.** **Ask first:** twice the rate, twice as fast? Hands up. Press E (the focus stands on *Step*), Tab to the slider of the learning rate; the arrow keys move the third digit. The dotted curve shows at once where this rate leads; *Play* takes the steps. Escape comes back.
#
# Let the class steer: "more", "less". **Expect:** "larger is faster", until about 0.028; beyond that it jumps farther and farther across the valley, and at 0.0334 the loss rises. **Answer:** 0.0333. At the end tick *mark 2 / largest curvature*, and ask where the number comes from.

# %% [markdown] lang="zh" slide="notes"
# **6 分钟。** **先问：** 学习率加倍，就快一倍吗？举手表决。按 E（焦点在*走一步*上），用 Tab 走到学习率的滑块，方向键微调第三位数字。虚线立刻显示按这个学习率会走到哪里；按*播放*就真的一步步走。按 Esc 回来。
#
# 让全班来指挥：“大一点”“小一点”。**常见错误：** “越大越快”，这话到 0.028 左右为止；再大，卷积核在山谷两侧越跳越远，到 0.0334，损失就上升了。**答案：** 0.0333。最后勾选*标出 2 / 最大曲率*，问一句：这个数从哪里来？

# %% [markdown] lang="en"
# There is a border, and it can be computed. Lay every window flat as a row of a matrix $A$; then $\hat Y = A k$ for the kernel laid
# flat as $k$, and the loss is a quadratic bowl in $k$ whose curvature is the matrix $H = 2A^\top A$. A step with learning rate
# $\eta$ multiplies the error along each axis of the bowl by
#
# $$1 - \eta\,\lambda$$
#
# where $\lambda$ is the curvature along that axis, an eigenvalue of $H$. The error shrinks as long as this lies between $-1$ and
# $1$, so for every axis $\eta < 2/\lambda$. **The steepest axis sets the limit.**

# %% [markdown] lang="zh"
# 分界线确实存在，而且算得出来。把每个窗口展平成矩阵 $A$ 的一行，把卷积核展平成 $k$，那么 $\hat Y = A k$，
# 损失是 $k$ 的二次函数，形状像一只碗，碗的曲率就是矩阵 $H = 2A^\top A$。以学习率 $\eta$ 走一步，卷积核在碗的每条主轴方向上的误差都会乘以
#
# $$1 - \eta\,\lambda$$
#
# 其中 $\lambda$ 是那条轴上的曲率，即 $H$ 的特征值。只要这个因子在 $-1$ 与 $1$ 之间，误差就会缩小，
# 所以对每条轴都要有 $\eta < 2/\lambda$。**最陡的轴决定了上限。**


# %%
def curvatures(X, kernel_size):
    h, w = kernel_size
    A = X.double().unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    return torch.linalg.eigh(2 * A.T @ A)


# %% [markdown] lang="en" slide="slide"
# ## The border can be computed
#
# On each axis of the bowl, a step multiplies the error by
#
# $$1 - \eta\,\lambda$$
#
# **Predict:** the curvatures are $\lambda = 12$ and $60$. Which rates $\eta$ work?

# %% [markdown] lang="zh" slide="slide"
# ## 分界线算得出来
#
# 在碗的每条轴上，每走一步，误差乘以
#
# $$1 - \eta\,\lambda$$
#
# **先猜：** 曲率是 $\lambda = 12$ 和 $60$，哪些学习率 $\eta$ 管用？

# %% tags=["slide-answer"]
(low, high), _ = curvatures(X, (1, 2))
print(f"curvatures {low:.0f} and {high:.0f}, so lr must stay below {2 / high:.4f}")

# %%
found = learner.lr  # where you left the slider
print(f"yours: {found:.4f}, which is {100 * found * high / 2:.1f}% of the border")
print("the largest with three digits:", bool(found < 2 / high <= found + 0.0001))

# %% [markdown] lang="en"
# *True*, if you did the task. Tick *mark 2 / largest curvature* up there: the border is drawn on the slider, and a line says by which
# factor each step multiplies the error. Then add noise to `Y`. Which of the two moves, the border or the lowest loss that can be reached?
#
# Does the border hold? One hundred steps just below it, and just above:

# %% [markdown] lang="zh"
# 如果你做了上面的任务，最后一行应当是 *True*。回到上面勾选*标出 2 / 最大曲率*：滑块上会画出分界线，下面还有一行字，说明每走一步误差要乘以多少。
# 然后给 `Y` 加上噪声。会变的是哪一个：是分界线，还是所能达到的最低损失？
#
# 分界线真的管用吗？取比它略小和略大的学习率，各走一百步：


# %%
def descend(lr, steps):
    K, course = torch.tensor([[1.0, 0.0]]), []
    for _ in range(steps):
        course.append(((d2l.corr2d(X, K) - Y) ** 2).sum().item())
        K = K - lr * gradient(X, Y, K)
    return course


# %% tags=["slide-answer"]
for lr in (0.99 * 2 / high.item(), 1.01 * 2 / high.item()):
    course = descend(lr, 100)
    print(f"lr {lr:.4f}: the loss", "fell" if course[-1] < course[0] else "rose")

# %% [markdown] lang="en" slide="fragment"
# **The steepest axis sets the limit:** $\eta < 2/\lambda$.

# %% [markdown] lang="zh" slide="fragment"
# **最陡的轴决定上限：** $\eta < 2/\lambda$。

# %% [markdown] lang="en" slide="notes"
# **4 min.** The factor must lie between $-1$ and $1$. One hundred steps just below the border and just above settle it.
#
# **Ask:** what do we see if the factor is negative, as at 0.03? The sum of the kernel goes 1.0, −0.8, 0.64: to and fro across the valley. **Expect:** "noise in `Y` moves the border". It does not: the curvature is made of `X` alone. The best fixed rate treats both axes alike: $\eta = 2/(12 + 60)$.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 这个因子必须在 $-1$ 与 $1$ 之间。比分界线略小和略大，各走一百步，一看便知。
#
# **提问：** 因子为负时（例如学习率 0.03）会看到什么？卷积核的和依次是 1.0、−0.8、0.64：在山谷两侧来回跳。**常见错误：** “给 `Y` 加噪声，分界线会移动。”不会：曲率只由 `X` 决定。最好的固定学习率对两条轴一视同仁：$\eta = 2/(12 + 60)$。

# %% [markdown] lang="en"
# So the rate of section 2 was brave: it stands close to the border. Along the steep axis each step multiplied the error by
# a negative number, which is why the kernel jumps to and fro across the valley while it comes closer. The steep axis
# is the sum of the two numbers (chapter 03: what a kernel makes of a flat wall):

# %% [markdown] lang="zh"
# 可见第 2 节的学习率相当大胆，离分界线很近。在陡的那条轴上，每一步都把误差乘以一个负数，
# 所以卷积核是在山谷两侧来回跳着接近谷底的。陡的那条轴就是两个数之和（第 03 章：卷积核怎样对待一面平坦的墙）：

# %%
K, sums = torch.tensor([[1.0, 0.0]]), []
for _ in range(6):
    sums.append(round(K.sum().item(), 2))
    K = K - 0.03 * gradient(X, Y, K)
print("sum of the kernel, which should be 0:", sums)

# %% [markdown] lang="en"
# By which factor does each axis shrink in a step, and which rate serves both best?

# %% [markdown] lang="zh"
# 每走一步，两条轴上的误差各乘以多少？哪个学习率对两者都最合适？

# %%
for lr in (0.03, 2 / (low + high)):
    print(f"lr {lr:.4f}: steep axis times {1 - lr * high:.2f}, flat times {1 - lr * low:.2f}")
print(f"condition number: {high / low:.1f}")

# %% [markdown] lang="en"
# The second line is the best that one fixed learning rate can promise for every start: at $\eta = 2/(\lambda_{\min} + \lambda_{\max})$
# both axes shrink equally fast. How fast depends on the ratio $\lambda_{\max} / \lambda_{\min}$ alone, the **condition number**: here 5,
# a round bowl.
#
# <details><summary><b>Check yourself:</b> the noise in <code>Y</code> does not move the border. Why? And what happens to it if you double all numbers of the picture?</summary>
#
# The curvature $2A^\top A$ is made of the picture's windows alone, and <code>Y</code> does not occur in it. Noise moves the bottom of the bowl and lifts it, but the bowl keeps its shape.
# Doubling does change the shape: the curvature grows with the square of the picture, by a factor of four, so the largest learning rate falls to a quarter. This is
# one reason why inputs are brought to a standard size before training.
# </details>

# %% [markdown] lang="zh"
# 第二行是一个固定的学习率对所有起点所能保证的最好情形：取 $\eta = 2/(\lambda_{\min} + \lambda_{\max})$ 时，两条轴上的误差缩小得一样快。
# 究竟有多快，只取决于比值 $\lambda_{\max} / \lambda_{\min}$，即**条件数**：这里是 5，碗还算圆。
#
# <details><summary><b>自测：</b><code>Y</code> 里的噪声不会移动分界线。为什么？把图像的所有数都加倍，分界线又会怎样？</summary>
#
# 曲率 $2A^\top A$ 只由图像的窗口组成，里面没有 <code>Y</code>。噪声会移动碗底、抬高碗底，但碗的形状不变。
# 图像加倍则会改变形状：曲率随图像的平方增长，变为四倍，所以学习率的上限降到四分之一。训练之前要把输入调整到标准的大小，这是原因之一。
# </details>

# %% [markdown] lang="en"
# ## 6 · Sobel from a photograph
#
# The same game with a real picture: the photograph goes in, its Sobel response is the answer, nine numbers are to be found. There
# are so many windows that the loss is now the *mean* squared error, which keeps the rates at a handy size.
#
# **Predict:** natural pictures are smooth, neighbouring pixels nearly equal. Does that make learning easier or harder?

# %% [markdown] lang="zh"
# ## 6 · 从照片学 Sobel
#
# 同样的游戏，换成真实的图像：输入是照片，目标是它的 Sobel 响应，要找的是九个数。
# 窗口非常多，所以损失改用误差平方的*平均值*（均方误差），学习率就不至于小得不好用。
#
# **先猜：** 自然图像很平滑，相邻像素几乎相等。这让学习更容易，还是更难？

# %%
photo = d2l.photo("china", gray=True).double()
sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=photo.dtype)
response = d2l.corr2d(photo, sobel)
windows = response.numel()

# %%
raw, axes = curvatures(photo, (3, 3))
raw = raw / windows
print(f"{windows:,} windows; flattest axis {raw[0]:.4f}, steepest {raw[-1]:.2f}")
print(f"the steepest but one {raw[-2]:.4f}, {raw[-1] / raw[-2]:.0f} times flatter")

# %% [markdown] lang="en" slide="slide"
# ## Sobel from a photograph
#
# Now a photograph, its Sobel response, and nine unknown numbers.
#
# **Predict:** neighbouring pixels are nearly equal. Easier, or harder?

# %% [markdown] lang="zh" slide="slide"
# ## 从照片学 Sobel
#
# 换成真实的照片和它的 Sobel 响应，要找九个数。
#
# **先猜：** 相邻像素几乎相等。这让学习更容易，还是更难？

# %% tags=["slide-answer"]
steepest, flattest = axes[:, -1].abs(), axes[:, 0] * axes[4, 0].sign()
d2l.show_grids(steepest=steepest.reshape(3, 3), flattest=flattest.reshape(3, 3))

# %% [markdown] lang="en" slide="fragment"
# Harder: all other axes are more than 200 times flatter than the steepest.

# %% [markdown] lang="zh" slide="fragment"
# 更难：其余的轴都比最陡的那条平缓 200 倍以上。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the two kernels: the steepest axis is "make all nine numbers larger", which every bright window notices; the flattest compares neighbours, and neighbours are alike. **Ask:** of which kind is Sobel? Of the flat kind: its numbers add up to zero.
#
# **Expect:** "easier, smooth is simple". The bowl has become a canyon: the steep axis limits the step, the flat ones have to wait.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 读一读这两个卷积核：最陡的轴是“九个数一起变大”，每个明亮的窗口都会察觉；最平的轴比较的是邻居，而邻居几乎一样。**提问：** Sobel 属于哪一类？属于平的那一类：它各数之和为零。
#
# **常见错误：** “平滑就简单，所以更容易。”碗变成了峡谷：陡的轴限制了步长，平的轴只好慢慢等。

# %% [markdown] lang="en"
# Harder, by far: a round bowl has become a canyon. The steepest axis is "make all nine numbers larger": every window is bright, so
# the answers change everywhere. All other axes are more than two hundred times flatter. On them the numbers add up to about zero: they
# compare neighbours, and neighbours are nearly alike, so the answers hardly notice. Sobel is made of such axes. The steep axis limits the
# step, and the flat ones have to wait.
#
# A cheap remedy attacks the steep axis. Subtract the mean brightness from the picture; Sobel does not see the difference.

# %% [markdown] lang="zh"
# 难得多：圆碗变成了峡谷。最陡的轴是“让九个数一起变大”：每个窗口都有亮度，这样一改，所有输出都会大变。
# 其余的轴都比它平缓两百倍以上。沿着那些轴，九个数之和大约为零：它们比较的是邻居，而邻居几乎相等，所以输出几乎不变。
# Sobel 恰恰由这样的轴组成。陡的轴限制了步长，平的轴只好慢慢等。
#
# 有个便宜的办法专治那条陡轴：从图像中减去平均亮度。对 Sobel 来说，减不减都一样。

# %%
centred = photo - photo.mean()
better = curvatures(centred, (3, 3))[0] / windows
print(f"condition number: raw {raw[-1] / raw[0]:.0f}, centred {better[-1] / better[0]:.0f}")

# %%
d2l.compare(d2l.corr2d(centred, sobel), response)

# %% [markdown] lang="en"
# Now learn from both, each with 90% of its own largest rate, and watch the error of the kernel.

# %% [markdown] lang="zh"
# 现在用两种输入各学一遍，学习率各取自己上限的 90%，看卷积核的误差如何变化。


# %%
def learn_sobel(picture, steepest, steps=400):
    K, errors = torch.zeros_like(sobel), []
    for _ in range(steps):
        errors.append((K - sobel).abs().max().item())
        K = K - 0.9 * (2 / steepest) * gradient(picture, response, K) / windows
    return K, errors


# %% [markdown] lang="en" slide="slide"
# ## Subtract the mean
#
# Sobel does not see the mean brightness. Subtract it, and learn again.
#
# **Predict:** does it help?

# %% [markdown] lang="zh" slide="slide"
# ## 减去平均值
#
# 平均亮度对 Sobel 毫无影响。把它减掉，再学一遍。
#
# **先猜：** 有用吗？

# %% tags=["slide-answer"]
from_raw, raw_errors = learn_sobel(photo, raw[-1].item())
from_centred, centred_errors = learn_sobel(centred, better[-1].item())
d2l.show_curves(
    {"raw": raw_errors, "centred": centred_errors},
    xlabel="step",
    ylabel="largest error in the kernel",
    log=True,
)

# %% [markdown] lang="en" slide="notes"
# **4 min.** **Ask:** which axis does the mean concern? The steep one only. The condition number falls from 1488 to 347, each picture learns with 90% of its own largest rate, and after 400 steps the error is sixteen times smaller.
#
# **Expect:** "no, the answers are the same". The answers are; the bowl is not. This is one reason for normalising inputs, and for batch normalisation behind the layers.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** **提问：** 平均亮度关系到哪条轴？只有陡的那条。条件数从 1488 降到 347；两种输入各取自己上限的 90% 作学习率，400 步之后，误差小到十六分之一。
#
# **常见错误：** “没用，目标又没变。”目标没变，碗变了。输入要标准化，层后面要做批量规范化，原因之一就在这里。

# %%
d2l.show_grids(raw=from_raw, centred=from_centred, sobel=sobel)

# %% [markdown] lang="en"
# Same data, same algorithm, and centring alone makes the difference between a sketch and a nearly finished kernel. Many networks
# do something like it behind most of their layers, under names such as batch normalisation.
#
# Since our loss is a bowl, there is also a way without any steps: linear algebra jumps right to its bottom.

# %% [markdown] lang="zh"
# 数据相同，算法相同，仅仅减去了平均值，结果就从“只有个轮廓”变成“差不多学成了”。许多网络在多数层之后都做类似的事，例如批量规范化。
#
# 既然损失是一只碗，还有一个一步也不用走的办法：用线性代数直接跳到碗底。

# %%
A = centred.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
exact = torch.linalg.lstsq(A, response.reshape(-1, 1)).solution.reshape(3, 3)
d2l.compare(exact, sobel)

# %% [markdown] lang="en"
# Why descend at all, then? Because this works only for one linear layer. Put an activation and a second layer behind it, and the bowl
# turns into a landscape; gradient descent still knows which way is down.

# %% [markdown] lang="zh"
# 那为什么还要一步步下山？因为这一招只对单独一个线性层有效。后面再接上激活函数和第二层，碗就变成了起伏的山地，
# 而梯度下降依然知道哪边是下坡。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> instead of centring the photograph you add 10 to every pixel. What changes: Sobel's response, the steepest axis, the learning?</summary>
#
# The response stays, since Sobel's numbers add up to zero. The steepest axis becomes far steeper, because every window is brighter, so the learning rate must
# shrink and the flat axes wait even longer.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果不减去均值，反而给每个像素加上 10，会改变什么？Sobel 的响应、最陡的方向，还是学习？</summary>
#
# 响应不变，因为 Sobel 各数之和为零。每个窗口都更亮，最陡的方向就陡得多，学习率只好缩小，平缓的方向要等得更久。
# </details>

# %% [markdown] lang="en"
# ## 7 · What cannot be learned
#
# **Predict:** lay `X` on its side, so that it has no vertical edge. The secret kernel `[1, -1]` answers zero everywhere.
# Training reaches loss zero. Which kernel does it find?

# %% [markdown] lang="zh"
# ## 7 · 学不到的东西
#
# **先猜：** 把 `X` 放倒，让它没有竖直的边缘。秘密卷积核 `[1, -1]` 处处输出零。训练会让损失降到零。它找到的是哪个卷积核？

# %% [markdown] lang="en" slide="slide"
# ## What cannot be learned
#
# Lay `X` on its side: the secret kernel `[1, -1]` answers zero everywhere.
#
# **Predict:** training reaches loss zero. Which kernel does it find?

# %% [markdown] lang="zh" slide="slide"
# ## 学不到的东西
#
# 把 `X` 放倒：秘密卷积核 `[1, -1]` 处处输出零。
#
# **先猜：** 训练让损失降到了零。它找到的是哪个卷积核？

# %% tags=["slide-answer"]
flat = X.T
silent = d2l.corr2d(flat, torch.tensor([[1.0, -1.0]]))
for start in ([0.9, 0.1], [-0.4, 0.8], [0.0, 0.0]):
    K = torch.tensor([start])
    for _ in range(50):
        K = K - 0.01 * gradient(flat, silent, K)
    loss = ((d2l.corr2d(flat, K) - silent) ** 2).sum().item()
    print(
        start, "->", [round(k, 3) + 0.0 for k in K[0].tolist()], "loss below 1e-9:", loss < 1e-9
    )

# %% [markdown] lang="en" slide="fragment"
# **Zero loss:** your data do not contradict you. That is all.

# %% [markdown] lang="zh" slide="fragment"
# **损失为零，** 只表示数据没有反驳你。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Another kernel from every start, all perfect. In this picture two neighbours in a row are always equal, so only the *sum* $K_0 + K_1$ leaves a trace: a valley with a level floor, curvature 0.
#
# **Ask:** what helps, more steps or another picture? **Expect:** "more steps, a smaller rate". Nothing helps but a picture in which the things to be told apart look different. Remind them of the white part on the second slide.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 每个起点学到的卷积核都不同，却个个完美。在这张图像里，同一行相邻的两格总是相等，只有*和* $K_0 + K_1$ 留下痕迹：谷底是平的，曲率为 0。
#
# **提问：** 怎么办，多走几步，还是换一张图像？**常见错误：** “多走几步，学习率小一点。”都没用，只有换一张图像，让该区分的东西在图上真的有区别。请他们回想第二页的白色部分。

# %% [markdown] lang="en"
# Another kernel from every start, and every one is perfect on this picture. In it two neighbours in a row are always equal, $x$
# and $x$, so the answer is $x\,(K_0 + K_1)$: only the **sum** of the kernel leaves a trace. The curvature knew it:

# %% [markdown] lang="zh"
# 从每个起点学到的卷积核都不同，在这张图像上却个个完美。图像里同一行相邻的两格总是相等，即 $x$ 和 $x$，
# 于是输出是 $x\,(K_0 + K_1)$：只有卷积核的**和**留下了痕迹。曲率早就知道这一点：

# %%
print("curvatures:", [abs(round(c, 3)) for c in curvatures(flat, (1, 2))[0].tolist()])

# %% [markdown] lang="en"
# One axis has curvature zero: a valley with a level floor, along which every kernel is as good as the next. **Zero loss does not
# mean that you have found the truth; it means that your data do not contradict you.** The cure is not more steps, it is a picture
# in which the things you want to tell apart look different.

# %% [markdown] lang="zh"
# 有一条轴的曲率是零：谷底是平的，沿着它走，哪个卷积核都一样好。**损失为零并不表示找到了真相，只表示数据没有反驳你。**
# 治这个病，靠的不是多走几步，而是换一张图像，让你想区分的东西在上面看得出区别。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> which is the shortest row of pixels from which <code>[1, -1]</code> could be recovered without doubt?</summary>
#
# Three pixels, if their two windows are not multiples of each other: 0, 1, 0 has the windows (0, 1) and (1, 0), and each of them gives away one of the two numbers.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>要毫无疑问地还原出 <code>[1, -1]</code>，一行像素最短要有几个？</summary>
#
# 三个，只要它的两个窗口不成倍数：0、1、0 的窗口是 (0, 1) 和 (1, 0)，每个窗口各透露一个数。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - the loss says how wrong, its gradient where to go
# - the gradient is a cross-correlation: input with error
# - the steepest axis limits the step, the flattest decides how long it takes
# - one run proves little, 200 prove something
# - what leaves no trace in the data cannot be learned

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 损失说错了多少，梯度说往哪里走
# - 梯度也是互相关：输入与误差
# - 最陡的轴限制步长，最平的轴决定要走多久
# - 一次运行说明不了什么，200 次才能说明点什么
# - 在数据里没留下痕迹的，学不到

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the guessing game: two good questions give two numbers, two bad ones (the same ratio of $x$ and $y$) only one sum. Examples tell a kernel what to be exactly as far as they differ. Set exercises 1, 2 and 4; chapter 09 learns tens of thousands of numbers in this way.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到猜数游戏：问得好，两次就得到两个数；问得不好（$x$ 与 $y$ 的比例相同），只得到一个和。例子之间有多少差别，卷积核就能从中学到多少。布置练习 1、2、4；第 09 章用同样的办法，一口气学几万个数。

# %% tags=["exercises"]
exercises.ch04

# %% [markdown] lang="en"
# ## Summary
#
# Examples tell nine numbers what they should be by way of the loss: each step moves the kernel against the gradient, which is itself a
# cross-correlation, of the input with the error. The steepest axis of the loss limits the learning rate, the flattest decides how long
# it takes; centring the input lowers the steepest and leaves the flattest as it is. One run proves little, 200 runs prove something. And what leaves no trace in the
# data cannot be learned from them, whatever the loss says.
#
# **Next:** chapter 09 learns tens of thousands of such numbers at once and reads digits with them.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html),
#   "Convolutions for Images", where a kernel is learned in ten steps.
# - Goh, [Why Momentum Really Works](https://distill.pub/2017/momentum/), on bowls, valleys and steps.
# - LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998), on centring and learning rates.

# %% [markdown] lang="zh"
# ## 小结
#
# 例子通过损失告诉九个数各该等于多少：每一步都让卷积核逆着梯度移动，而梯度本身也是互相关，是输入与误差的互相关。
# 损失最陡的轴限制了学习率，最平的轴决定了要花多久；减去平均值能把最陡的降下来，而最平的保持不变。一次运行说明不了什么，200 次运行才能说明点什么。
# 而在数据里没有留下痕迹的东西，从数据里是学不到的，不管损失怎么说。
#
# **下一步：** 第 09 章一口气学习几万个这样的数，用它们来认数字。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)
#   （Dive into Deep Learning，链接指向英文版）中关于图像卷积的一节，那里用十步学出了一个卷积核。
# - Goh：[Why Momentum Really Works](https://distill.pub/2017/momentum/)，讲碗、山谷与步长。
# - LeCun、Bottou、Orr、Müller：*Efficient BackProp*（1998），讲减平均值与学习率。
