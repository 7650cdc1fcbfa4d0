"""Simplified Chinese for the sentences of errors and notes; see `sentences` for the templates.
Keys are sorted; a test finds what the sources say and this has not, and what is left over."""

from plugins.common.sentences_zh_values import BEGINNING_WITH_A_VALUE

SENTENCES: dict[str, str] = {
    "A client does not send {type:quoted}.": "客户端不会发送 {type}。",
    "A few-step model by its scheduler: {steps} steps by default.": (
        "从调度器看是少步数模型，默认 {steps} 步。"
    ),
    "A job with this id is under way; make a new id.": "这个 ID 的任务正在进行，请换一个 ID。",
    "A job's id must be 1 to 64 letters, digits, hyphens or underscores.": (
        "任务 ID 只能是 1 到 64 个字母、数字、连字符或下划线。"
    ),
    "A mask must be gray8, gray16 or gray32f, not {layout}.": (
        "蒙版的格式必须是 gray8、gray16 或 gray32f，不能是 {layout}。"
    ),
    "A message may have {limit} parts; this one has {count}.": (
        "一条消息最多 {limit} 个部分，这条有 {count} 个。"
    ),
    "A model's name needs a letter or a digit.": "模型名称至少要有一个字母或数字。",
    "A number in the message is not finite.": "消息里有一个数不是有限值。",
    "A picture has {bytes} bytes; the limit is {limit}. Select a smaller area.": (
        "图片有 {bytes} 字节，上限是 {limit} 字节。请选择小一些的区域。"
    ),
    "A picture of {width} × {height} pixels needs more memory than {device} has free; choose "
    "a smaller area or close other programs.": (
        "{width} × {height} 像素的图片超出了 {device} 的可用内存，请选择小一些的区域，或关闭其他"
        "程序。"
    ),
    "A refined picture keeps the transparency it has; switch Transparent background off.": (
        "细化会保留图片原有的透明度，请关闭“透明背景”。"
    ),
    "A {width}×{height} picture in {layout} has {expected} bytes; blob {blob} has {found}.": (
        "{width}×{height} 的 {layout} 图片应有 {expected} 字节，数据块 {blob} 却有 {found} 字节。"
    ),
    "Another job has this id already; make a new id.": "这个 ID 已被另一个任务使用，请换一个 ID。",
    "Everything is selected, so nothing is left to continue from; select only what shall go.": (
        "全部内容都被选中，没有可供延续的部分；请只选择要去掉的内容。"
    ),
    "Expand needs at least one of left, top, right, bottom above 0.": (
        "扩展时，左、上、右、下至少有一项要大于 0。"
    ),
    "Expand takes no mask: it paints what is added.": "扩展不用蒙版：它只补画新增的部分。",
    "Impasto does not answer at {endpoint}; restart it if this goes on.": (
        "{endpoint} 上的 Impasto 没有回应；如果一直这样，请重启 Impasto。"
    ),
    "Impasto has not been set up on this account yet; install it and run `impasto doctor` once.": (
        "当前用户还没有设置过 Impasto，请安装后运行一次 `impasto doctor`。"
    ),
    "Impasto is not running: nobody answers at {endpoint}.": (
        "Impasto 没有运行：{endpoint} 无人应答。"
    ),
    "Impasto refused this program's access token ({reason}); restart both.": (
        "Impasto 拒绝了本程序的访问令牌（{reason}），请把两者都重启。"
    ),
    "Impasto refused this program's access token; restart both.": (
        "Impasto 拒绝了本程序的访问令牌，请把两者都重启。"
    ),
    "Impasto stopped reading what it is sent.": "Impasto 不再接收数据。",
    "Mix needs two pictures, or one and a prompt.": "混合需要两张图片，或者一张图片加提示词。",
    "Mixed between the two CLIP embeddings.": "已在两个 CLIP 嵌入之间混合。",
    "Neither the name nor the readme of {folder} says what this ControlNet follows; if it is "
    "{kind:words}, add it with `--control {word}`.": (
        "{folder} 的名称和说明里都没说这个 ControlNet 依据什么；如果是{kind}，请加上 "
        "`--control {word}` 再添加。"
    ),
    "No map is asked for; switch at least one of them on.": "没有选择任何贴图，请至少打开一种。",
    "Not even one picture fits into the free memory of {device}; close other programs and "
    "try again.": ("{device} 的可用内存连一张图片也放不下，请关闭其他程序后重试。"),
    "Nothing is selected in this picture; select what shall be repainted.": (
        "这张图片里什么也没选中，请选择要重绘的部分。"
    ),
    "One map of {width}×{height} pixels as {layout} would have {size} MB; the limit is "
    "{limit} MB.": (
        "一张 {width}×{height} 像素的 {layout} 贴图将有 {size} MB，上限是 {limit} MB。"
    ),
    "Paints small icons, emoji-like pictures and seamless textures; no photographs, no "
    "scenes, no readable text.": (
        "能画小图标、表情式图片和无缝纹理；画不了照片、场景和可读的文字。"
    ),
    "Plugin and daemon speak different protocols ({theirs} and {ours}); update the older of "
    "the two.": ("插件与 Impasto 的协议版本不同（{theirs} 和 {ours}），请更新较旧的一方。"),
    "Pocket has no sampler named {sampler}; choose {names:names}.": (
        "Pocket 没有采样器 {sampler}，请选择 {names}。"
    ),
    "Pocket paints squares of {sides:names} pixels and what is around them, not {width} × "
    "{height}.": ("Pocket 只画边长 {sides} 像素的方形及其周围，画不了 {width} × {height}。"),
    "Pocket takes no {kind:words} picture; leave it out, or choose another model.": (
        "Pocket 不支持{kind}图，请去掉它，或改用别的模型。"
    ),
    "PyPatchMatch is installed without its library for this system; reinstall it with 'pip "
    "install --force-reinstall pypatchmatch'.": (
        "已安装的 PyPatchMatch 缺少适合本系统的库，请用“pip install --force-reinstall "
        "pypatchmatch”重新安装。"
    ),
    "Remove continues the surroundings; the prompt was not used.": (
        "移除只延续周围的内容，没有用到提示词。"
    ),
    "Removing needs the package pypatchmatch; install it with 'pip install pypatchmatch'.": (
        "移除需要 pypatchmatch，请用“pip install pypatchmatch”安装。"
    ),
    "Say hello first.": "请先发送 hello。",
    "Something else answers in the daemon's place.": "应答的不是 Impasto，而是别的程序。",
    "Something unexpected happened: {error}.": "发生了意外：{error}。",
    "Something went wrong in the daemon; its log knows more.": "Impasto 出错了，详情请看日志。",
    "Something went wrong inside Impasto; the details are in the log under {log_id}.": (
        "Impasto 内部出错了，详情请看日志中的 {log_id}。"
    ),
    "That job belongs to {client}.": "这个任务属于 {client}。",
    "The ControlNet folder {folder} is incomplete: its weights are missing.": (
        "ControlNet 文件夹 {folder} 不完整：缺少权重。"
    ),
    "The ControlNet {control} was made for a model of another shape; choose another model, or "
    "remove it with `impasto models remove {name}`.": (
        "ControlNet {control} 是为另一种结构的模型做的；请改用别的模型，或用 `impasto models "
        "remove {name}` 移除它。"
    ),
    "The Impasto daemon is no longer running.": "Impasto 已停止运行。",
    "The Impasto daemon is not running.": "Impasto 没有运行。",
    "The blobs must be in the order of the inputs.": "数据块的顺序必须与输入一致。",
    "The client was closed.": "客户端已关闭。",
    "The colour profile could not be applied; the colours were taken as sRGB.": (
        "无法应用颜色配置文件，已按 sRGB 处理。"
    ),
    "The connection file names no endpoint.": "连接文件里没有地址。",
    "The connection file {path} cannot be read; restart the daemon.": (
        "无法读取连接文件 {path}，请重启 Impasto。"
    ),
    "The connection to Impasto was closed.": "与 Impasto 的连接已关闭。",
    "The connection to Impasto was lost.": "与 Impasto 的连接断开了。",
    "The connection to the daemon broke down.": "与 Impasto 的连接中断了。",
    "The connection was closed.": "连接已关闭。",
    "The daemon did not answer within {seconds} seconds.": "Impasto 在 {seconds} 秒内没有回应。",
    "The daemon did not start: it wrote no log.": "Impasto 没能启动，也没有留下日志。",
    "The daemon did not start: {reason:sentence}": "Impasto 没能启动：{reason}",
    "The daemon does not answer.": "Impasto 没有回应。",
    "The daemon ends; queued jobs run after its restart.": (
        "Impasto 即将退出，排队的任务会在重启后继续。"
    ),
    "The daemon is gone; the job is in its history.": "Impasto 已退出，任务在它的历史记录里。",
    "The daemon is not connected.": "尚未连接到 Impasto。",
    "The daemon went away before it answered.": "Impasto 还没回应就退出了。",
    "The daemon's Python {path} is gone; install Impasto again.": (
        "找不到 Impasto 所用的 Python（{path}），请重新安装 Impasto。"
    ),
    "The daemon's answer cannot be read. {reason:sentence}": "无法读懂 Impasto 的回应。{reason}",
    "The device {device} cannot be used here; choose another as `devices` in settings.toml, "
    "or see `impasto doctor`.": (
        "这里用不了设备 {device}，请在 settings.toml 的 `devices` 中换一个，或运行 `impasto "
        "doctor` 查看。"
    ),
    "The disk is full, so the pictures could not be stored; free some space and try again.": (
        "磁盘已满，图片无法保存；请清理出一些空间后重试。"
    ),
    "The disk is full: the job could not be stored; free some space and try again.": (
        "磁盘已满，任务无法保存；请清理出一些空间后重试。"
    ),
    "The embedded model cannot be used: {file} in {folder} {fault:words}. Install Impasto "
    "again (`pip install --force-reinstall --no-deps impasto`).": (
        "内置模型无法使用：{folder} 中的 {file} {fault}。请重新安装 Impasto（`pip install "
        "--force-reinstall --no-deps impasto`）。"
    ),
    "The expanded picture would be {width}×{height} pixels; each side may have at most {limit}.": (
        "扩展后的图片将有 {width}×{height} 像素，每边最多 {limit}。"
    ),
    "The field {path:field} is missing.": "缺少“{path}”。",
    "The field {path:field} must be {what:words}.": "“{path}”必须是 {what}。",
    "The files of model {model} are gone from {path}; put them back or add the model anew.": (
        "{path} 中找不到模型 {model} 的文件，请放回文件，或重新添加该模型。"
    ),
    "The files of the ControlNet {control} are gone from {path}; put them back or add it anew.": (
        "{path} 中找不到 ControlNet {control} 的文件，请放回文件，或重新添加。"
    ),
    "The files of {model} do not fit together; get the model again.": (
        "{model} 的文件互不匹配，请重新获取该模型。"
    ),
    "The files of {model} do not hold all of its {component:names}; get the model again.": (
        "{model} 的文件中 {component} 不完整，请重新获取该模型。"
    ),
    "The header has no protocol version.": "消息头里没有协议版本。",
    "The header has {bytes} bytes; the limit is {limit}.": (
        "消息头有 {bytes} 字节，上限是 {limit} 字节。"
    ),
    "The header is nested more than {depth} levels deep.": "消息头的嵌套超过 {depth} 层。",
    "The header is not a JSON object in UTF-8.": "消息头不是 UTF-8 编码的 JSON 对象。",
    "The header is not a JSON object.": "消息头不是 JSON 对象。",
    "The job could not be stored: {error}.": "任务无法保存：{error}。",
    "The job was cancelled.": "任务已取消。",
    "The job was not finished within {seconds} seconds.": "任务在 {seconds} 秒内没有完成。",
    "The list of models in {path} cannot be read; repair or remove that file.": (
        "无法读取 {path} 中的模型列表，请修复或删除该文件。"
    ),
    "The maps are derived from the picture's brightness, not measured; light was taken for deep.": (
        "贴图由图片的明暗推算，并非实测；亮处视为凹处。"
    ),
    "The maps are derived from the picture's brightness, not measured; where light parts lie deep, "
    "switch Light is deep on.": (
        "贴图由图片的明暗推算，并非实测；若亮处才是凹处，请打开“亮处为凹”。"
    ),
    "The mask covers {mask}, the image {image}; they must have the same rectangle.": (
        "蒙版的范围是 {mask}，图像的范围是 {image}，两者必须相同。"
    ),
    "The mask is {layout}; it must be gray8, gray16 or gray32f.": (
        "蒙版的格式是 {layout}，必须是 gray8、gray16 或 gray32f。"
    ),
    "The message has no frames.": "消息是空的。",
    "The message has {count} pictures; the limit is {limit}.": (
        "消息里有 {count} 张图片，最多 {limit} 张。"
    ),
    "The model file {path} cannot be read; get the model again.": (
        "无法读取模型文件 {path}，请重新获取该模型。"
    ),
    "The model file {path} is damaged: {fault:words}. Get the file again and add the model anew.": (
        "模型文件 {path} 已损坏：{fault}。请重新获取该文件，并重新添加模型。"
    ),
    "The model folder {folder} is incomplete: {names:names} missing.": (
        "模型文件夹 {folder} 不完整，缺少 {names}。"
    ),
    "The model that comes with Impasto; runs on any machine.": (
        "Impasto 自带的模型，在任何电脑上都能运行。"
    ),
    "The module patchmatch in {file} is not PyPatchMatch 2 (it has no {name}); remove that "
    "package and run 'pip install pypatchmatch'.": (
        "{file} 中的 patchmatch 模块不是 PyPatchMatch 2（缺少 {name}），请卸载它，再运行“pip "
        "install pypatchmatch”。"
    ),
    "The negative prompt has no effect at a guidance scale of 1 or less.": (
        "引导强度不大于 1 时，反向提示词不起作用。"
    ),
    "The old Impasto daemon does not end.": "旧的 Impasto 没有退出。",
    "The painting process died twice on this job; try a smaller picture or another model.": (
        "绘制进程在这个任务上崩溃了两次，请试试小一些的图片，或换一个模型。"
    ),
    "The picture is fully transparent; choose a layer with something on it.": (
        "图片完全透明，请选择一个有内容的图层。"
    ),
    "The picture is opaque: no background was found that could be made transparent.": (
        "图片不透明：没有找到可以变透明的背景。"
    ),
    "The picture is {width}×{height} pixels; each side must be from 1 to {limit}.": (
        "图片为 {width}×{height} 像素，每边必须在 1 到 {limit} 之间。"
    ),
    "The pictures have {bytes} bytes together; the limit is {limit}. Select a smaller area.": (
        "图片共有 {bytes} 字节，上限是 {limit} 字节。请选择小一些的区域。"
    ),
    "The pictures of this job were deleted to make room; run it again.": (
        "为了腾出空间，这个任务的图片已被删除；请重新绘制。"
    ),
    "The pixel data is {found} bytes long, but {width} × {height} pixels of {layout} take "
    "{expected}.": (
        "像素数据有 {found} 字节，但 {width} × {height} 像素的 {layout} 应有 {expected} 字节。"
    ),
    "The worker link has no message {type:quoted}.": "内部连接没有 {type} 这种消息。",
    "The {picture:field} is {width} × {height}, but the plan is for {wanted_width} × "
    "{wanted_height}.": (
        "{picture} 的尺寸是 {width} × {height}，应为 {wanted_width} × {wanted_height}。"
    ),
    "The {side:field} must be between {low} and {high} pixels, not {value}.": (
        "{side} 必须在 {low} 到 {high} 像素之间，不能是 {value}。"
    ),
    "The {text:field} is longer than this model reads; not used: “{end}”.": (
        "{text} 超出了这个模型能读的长度，没有用到：“{end}”。"
    ),
    "There is already a model named {name}; choose another name.": (
        "已有名为 {name} 的模型，请换一个名称。"
    ),
    "There is no blob {blob}; the message has {count}.": (
        "没有数据块 {blob}，消息里只有 {count} 个。"
    ),
    "There is no connection to Impasto.": "没有连接到 Impasto。",
    "There is no control {kind}; it must be one of: {names:names}.": (
        "没有名为 {kind} 的控制图，只能是：{names}。"
    ),
    "There is no folder {folder}.": "找不到文件夹 {folder}。",
    "There is no job {job:quoted}.": "没有任务 {job}。",
    "There is no memory action {action:quoted}; there is: release.": (
        "没有 {action} 这种内存操作，只有 release。"
    ),
    "There is no message of type {type:quoted}.": "没有 {type} 类型的消息。",
    "There is no model named {name:quoted} here (there is: {names:names}); add one with "
    "`impasto models add FOLDER`.": (
        "这里没有名为 {name} 的模型（现有：{names}），请用 `impasto models add FOLDER` 添加。"
    ),
    "There is no model on this machine; add one with `impasto models add FOLDER`.": (
        "这台电脑上还没有模型，请用 `impasto models add FOLDER` 添加。"
    ),
    "There is no operation {operation:quoted}; there are: {names:names}.": (
        "没有 {operation} 这种操作，可用的有：{names}。"
    ),
    "There is no style {style:quoted} any more; choose another.": (
        "风格 {style} 已不存在，请另选一个。"
    ),
    "There is not enough memory for this; choose a smaller area or fewer candidates, or "
    "close other programs.": ("内存不足，请选择小一些的区域、减少候选图，或关闭其他程序。"),
    "This model's smallest size is above its own pixel budget.": (
        "这个模型的最小尺寸超过了它自己的像素上限。"
    ),
    "This picture seems to be seamless; set Seamless, so that its maps are, too.": (
        "这张图片似乎是无缝的；请设置“无缝”，贴图才会同样无缝。"
    ),
    "Varied by its CLIP embedding: what the picture shows is kept, not its layout.": (
        "已按 CLIP 嵌入生成变体：保留画面的内容，不保留构图。"
    ),
    "What listens at {endpoint} is not Impasto: it {clause:words}.": (
        "{endpoint} 上的程序不是 Impasto：它 {clause}。"
    ),
    "What listens at {endpoint} {clause:words}.": "{endpoint} 上的程序 {clause}。",
    "Write what to paint: the prompt is empty.": "提示词是空的，请写明要画什么。",
    "left, top, right and bottom belong to the intent 'expand'.": "左、上、右、下只用于“扩展”。",
    **BEGINNING_WITH_A_VALUE,
}
