"""Simplified Chinese. Keys are the English texts, as the sources and the daemon's catalogue have
them; a test finds what is missing or left over."""

from plugins.common.blender_zh import BLENDER

PHRASES: dict[str, str] = {
    # The docker and the panel.
    "Impasto": "Impasto",
    "Advanced": "高级",
    "Apply": "应用",
    "Apply {count} layers": "应用 {count} 个图层",
    "Vary this": "再来几张",
    "Discard": "丢弃",
    "Cancel": "取消",
    "More": "更多",
    "Another seed.": "换一个种子。",
    "Keep this seed for the next pictures.": "之后的图片都用这个种子。",
    "Prompts from before": "以前的提示词",
    "{label} — Ctrl+Enter paints": "{label}：按 Ctrl+Enter 开始绘制",
    "From the active layer": "取自当前图层",
    "From what is visible": "取自可见图像",
    "Mix with: {what}": "混合对象：{what}",
    "the prompt": "提示词",
    "automatic": "自动",
    "random": "随机",
    "Seed {seed}": "种子 {seed}",
    "Fits the prompt: {score}": "与提示词的相符度：{score}",
    "Is a layer already": "已是图层",
    "Painted before ({count})": "以前画的（{count}）",
    "Show these pictures again: {title}": "重新显示这些图片：{title}",
    "Painted by Impasto …": "Impasto 画过的…",
    "Painted by Impasto": "Impasto 画过的",
    "Search": "搜索",
    "Program": "程序",
    "When": "时间",
    "Show these pictures": "显示这些图片",
    "Dismiss": "知道了",
    "Reset these fields": "恢复这些选项的默认值",
    "Free GPU memory": "释放显存",
    "Start Impasto together with this program": "随本程序一起启动 Impasto",
    "This model cannot do this.": "这个模型做不到。",
    "Not installed: {command}": "未安装：{command}",
    "Copied: {command} — run it in a terminal.": "已复制：{command}，请在终端中运行。",
    # Images in GIMP.
    "Show on canvas": "在画布上显示",
    "The chosen picture lies over the image until it is applied or discarded.": (
        "选中的图片会盖在图像上，直到应用或丢弃。"
    ),
    "The image to paint in.": "要绘制的图像。",
    "The panel can be opened only where GIMP has its windows.": (
        "只有在 GIMP 有窗口时才能打开面板。"
    ),
    "Open or create an image to paint in.": "打开或新建一个图像即可开始绘制。",
    "Something unexpected happened: {what}": "发生了意外：{what}",
    "Impasto: preview": "Impasto：预览",
    "This image has a palette of few colors; convert it to RGB, and try again.": (
        "这张图像使用调色板，颜色有限；请先转换为 RGB，然后重试。"
    ),
    # Actions that can be put on keys.
    "Impasto: type a prompt": "Impasto：输入提示词",
    "Impasto: paint": "Impasto：绘制",
    "Impasto: cancel": "Impasto：取消",
    "Impasto: apply": "Impasto：应用",
    "Impasto: vary this": "Impasto：再来几张",
    "Impasto: discard": "Impasto：丢弃",
    "Impasto: next candidate": "Impasto：下一张候选图",
    "Impasto: previous candidate": "Impasto：上一张候选图",
    # What an artist wants to do.
    "Fill": "填充",
    "Paint the prompt into the selection, guided by what surrounds it.": (
        "按提示词在选区内绘制，并与周围协调。"
    ),
    "Replace": "替换",
    "Paint the selection afresh, ignoring what is there.": "不理会原有内容，重新绘制选区。",
    "Remove": "移除",
    "Take what is selected away; no prompt needed.": "去掉选中的内容，不需要提示词。",
    "Generate": "生成",
    "Paint a picture from words.": "按文字绘制图片。",
    "Refine": "细化",
    "Go over the picture; the strength says how much may change.": (
        "在原图上重绘，强度决定改动多少。"
    ),
    "Expand": "扩展",
    "Make the canvas larger at its sides and paint what is there.": "向四边扩大画布并补画内容。",
    "Vary": "变体",
    "Paint more pictures like the active layer.": "绘制更多与当前图层相似的图片。",
    "Mix": "混合",
    "Paint one picture out of the active layer and another one.": (
        "把当前图层和另一个图层混合成一张图片。"
    ),
    # What a job is doing.
    "Handing in …": "正在提交…",
    "Waiting": "等待中",
    "Waiting, number {position}": "等待中，第 {position} 位",
    "Loading the model …": "正在加载模型…",
    "Painting …": "正在绘制…",
    "Painting, step {step} of {steps}": "正在绘制，第 {step}/{steps} 步",
    "Finishing …": "正在收尾…",
    "Stopping …": "正在停止…",
    "Done": "完成",
    "Failed": "失败",
    "Cancelled": "已取消",
    "{count} s": "{count} 秒",
    "{count} min": "{count} 分钟",
    # What stands in the way, and what cures it.
    "Impasto is not running.": "Impasto 没有运行。",
    "Impasto is starting …": "Impasto 正在启动…",
    "Open or create a document first.": "请先打开或新建一个文档。",
    "Open or create a document to paint in.": "打开或新建一个文档即可开始绘制。",
    "Say in the prompt what to paint.": "请在提示词里写明要画什么。",
    "Select the part of the picture to work on.": "请先选择要处理的区域。",
    "Choose a layer to work on, or take what is visible.": "请选择一个图层，或改用可见图像。",
    "The layer “{name}” has nothing on it.": "图层“{name}”是空的。",
    "The document was closed.": "文档已关闭。",
    "The layer is not there any more; choose another one.": "图层已不存在，请另选一个。",
    "The layer was deleted meanwhile.": "图层在此期间被删除了。",
    "The layer's record is damaged.": "图层的生成记录已损坏。",
    "The layer's record does not say how it was painted.": "图层的生成记录没有说明画法。",
    "The picture that this layer was made from did not come back.": "没有重新得到这个图层的图片。",
    "The pictures that this layer was painted from are not in this daemon's history; "
    "only what was painted from words alone can be painted again without them.": (
        "生成这个图层时用到的图片不在历史记录里；没有这些图片，只能重画仅由文字生成的图层。"
    ),
    "The pictures that this layer was painted from were deleted to make room.": (
        "生成这个图层时用到的图片已被删除以腾出空间。"
    ),
    "This picture is no longer in the history.": "历史记录里已没有这张图片。",
    "Start Impasto": "启动 Impasto",
    "Restart Impasto": "重启 Impasto",
    "How to update": "如何更新",
    "Show me": "带我去看",
    "Convert to RGB": "转换为 RGB",
    "Select all": "全选",
    "How to install it": "如何安装",
    "Choose a model": "选择模型",
    "Open the folder": "打开文件夹",
    "Free memory": "释放内存",
    "Retry": "重试",
    "Open the log": "打开日志",
    # What the daemon declares.
    "Prompt": "提示词",
    "What to paint, in a few words.": "用几个词说明要画什么。",
    "Negative prompt": "反向提示词",
    "What to avoid.": "不想出现的内容。",
    "Style": "风格",
    "Adds words to the prompt; the presets are in styles.toml.": (
        "为提示词添加词语；预设在 styles.toml 中。"
    ),
    "None": "无",
    "3D render": "3D 渲染",
    "Cartoon": "卡通",
    "Concept art": "概念设计",
    "Icon": "图标",
    "Ink drawing": "墨线画",
    "Low poly": "低多边形",
    "Oil painting": "油画",
    "Pencil sketch": "铅笔素描",
    "Photograph": "照片",
    "Pixel art": "像素画",
    "Seamless texture": "无缝纹理",
    "Watercolour": "水彩",
    "Image": "图像",
    "Images": "图像",
    "Mask": "蒙版",
    "The picture to work on.": "要处理的图片。",
    "Refine this picture instead of starting from nothing.": "以这张图片为基础，而不是从零开始。",
    "One or two pictures; with one, the prompt is the other.": (
        "一张或两张图片；只有一张时，另一方是提示词。"
    ),
    "Where to repaint; without one, everywhere.": "要重绘的地方；没有蒙版就重绘全部。",
    "Intent": "意图",
    "What shall happen in the selection.": "选区内要做什么。",
    "Paint the prompt in, guided by the surroundings.": "按提示词绘制，并与周围协调。",
    "Start afresh, ignoring what is there.": "不理会原有内容，重新绘制。",
    "Take it away; no prompt needed.": "去掉它，不需要提示词。",
    "Make the picture larger at its sides.": "向四边扩大图片。",
    "Strength": "强度",
    "How much of the selection may change.": "选区可以改动多少。",
    "With an image: how much of it may change.": "原图可以改动多少。",
    "Depth picture": "深度图",
    "How far away everything is: white is near, black is nothing.": (
        "每一处有多远：白色近，黑色处什么都没有。"
    ),
    "Hold to the depth": "贴合深度",
    "With a depth picture: 0 ignores it, 1 follows it closely.": (
        "有深度图时：0 表示不理会，1 表示紧贴。"
    ),
    "Left": "左",
    "Top": "上",
    "Right": "右",
    "Bottom": "下",
    "Pixels to add at the left.": "左边增加的像素。",
    "Pixels to add at the top.": "上边增加的像素。",
    "Pixels to add at the right.": "右边增加的像素。",
    "Pixels to add at the bottom.": "下边增加的像素。",
    "Width": "宽度",
    "Height": "高度",
    "Empty: the image's size, or the model's own.": "留空：用图像的尺寸，或模型自己的尺寸。",
    "Transparent background": "透明背景",
    "Paint the subject alone, on nothing.": "只画主体，不画背景。",
    "Candidates": "候选图",
    "How many pictures to paint.": "一次画几张。",
    "Seed": "种子",
    "Decides the noise; the same seed paints the same picture again.": (
        "决定噪声；同样的种子会画出同样的图片。"
    ),
    "Model": "模型",
    "Which model paints. Empty: the default model.": "用哪个模型绘制。留空：默认模型。",
    "Seamless": "无缝",
    "Make the picture wrap around, for textures.": "让图片首尾相接，用于纹理。",
    "No": "否",
    "Left–right": "左右",
    "Top–bottom": "上下",
    "Both": "四边",
    # The maps of a material.
    "Where the texture wraps around; the maps then do so, too.": (
        "纹理在哪个方向首尾相接；贴图也会同样相接。"
    ),
    "Height map": "高度贴图",
    "Gray: white is high.": "灰度：白色为高。",
    "Normal map": "法线贴图",
    "Which way the surface faces.": "表面的朝向。",
    "Roughness map": "粗糙度贴图",
    "Gray: black is glossy.": "灰度：黑色为光滑。",
    "Occlusion map": "环境光遮蔽贴图",
    "Gray: dark in pits.": "灰度：凹处较暗。",
    "Relief": "起伏",
    "How steep normals and occlusion take the surface to be.": "法线和遮蔽把表面当作多陡。",
    "Detail": "细节",
    "0: broad forms; 1: fine grain as strong as in the picture.": (
        "0：只有大的形状；1：细小纹路与图片中一样明显。"
    ),
    "Light is deep": "亮处为凹",
    "For pale joints between darker bricks or stones.": "用于深色砖石之间的浅色接缝。",
    "Normal format": "法线格式",
    "Which way green points in the normal map.": "法线贴图中绿色指向哪一边。",
    "OpenGL": "OpenGL",
    "Green is up: Blender, Godot, Unity.": "绿色朝上：Blender、Godot、Unity。",
    "DirectX": "DirectX",
    "Green is down: Unreal, 3ds Max.": "绿色朝下：Unreal、3ds Max。",
    "Roughness": "粗糙度",
    "Of the surface as a whole.": "整个表面的粗糙度。",
    "Roughness contrast": "粗糙度对比",
    "How much rougher what is deep or grainy is, and how much smoother the rest.": (
        "凹处和细碎处粗糙多少，其余光滑多少。"
    ),
    "Occlusion strength": "遮蔽强度",
    "How dark pits and joints are.": "凹处和接缝有多暗。",
    "Occlusion radius": "遮蔽半径",
    "How far away something may stand in the light. Empty: from the picture's size.": (
        "多远的东西会挡住光。留空：由图片大小决定。"
    ),
    "Steps": "步数",
    "Denoising steps; more is finer and slower. Empty: the model's own.": (
        "去噪步数，越多越细致也越慢。留空：由模型决定。"
    ),
    "Guidance scale": "引导强度",
    "How closely to follow the prompt. Empty: the model's own.": (
        "贴近提示词的程度。留空：由模型决定。"
    ),
    "Sampler": "采样器",
    "How the noise is removed. Empty: the model's own.": "去除噪声的方法。留空：由模型决定。",
    "Rank by CLIP": "用 CLIP 排序",
    "Put the candidates that fit the prompt best first.": "最符合提示词的候选图排在前面。",
    "Variation": "变化程度",
    "0: as close as the model can; 1: freely.": "0：尽量接近原图；1：自由发挥。",
    "Weight": "权重",
    "0: the first, 1: the second.": "0：第一张；1：第二张。",
    "Grow": "扩边",
    "Widen the selection first. Empty: from its size.": "先把选区扩大。留空：按选区大小决定。",
    "Feather": "羽化",
    "Soften the border outwards. Empty: from its size.": "让边缘向外柔化。留空：按选区大小决定。",
    "Context": "上下文",
    "Further surroundings the model shall see.": "让模型看到更多周围内容。",
    # GIMP: the binding for gimpfu.
    "This works on one layer: select one.": "这里只处理一个图层：请选中一个。",
    "This works on a layer, not on a mask or channel: select a layer.": (
        "这里处理的是图层，不是蒙版或通道：请选中一个图层。"
    ),
    "There is no screen for a dialog: call it without one.": (
        "没有可显示对话框的屏幕：请以不弹对话框的方式调用。"
    ),
    "This works on a channel: select one.": "这里处理的是通道：请选中一个。",
    # GIMP's procedures.
    "-1: a new one each time.": "-1：每次都换新的。",
    "-1: by itself.": "-1：自动。",
    "Empty:": "留空：",
    "As the model has it": "由模型决定",
    "Choose a layer that Impasto has painted; this one has no record.": (
        "请选择 Impasto 画出的图层，这个图层没有生成记录。"
    ),
    "Mix with": "与之混合",
    "Paint This Layer Again": "重画这个图层",
    "Paint a layer of Impasto once more, out of the record that it carries.": (
        "按图层自带的生成记录，把 Impasto 画的图层重画一次。"
    ),
    "Source": "来源",
    "The second layer; none: the prompt.": "第二个图层；不选则与提示词混合。",
    "The window beside the image: prompt, candidates, history.": (
        "图像旁边的窗口：提示词、候选图片、历史记录。"
    ),
    "Which pixels are read.": "读取哪些像素。",
    **BLENDER,
}
