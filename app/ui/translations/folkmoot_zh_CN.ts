<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name></name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Import a recording…</source>
        <translation>导入录音…</translation>
    </message>
    <message>
        <source>Try the sample meeting</source>
        <translation>试用示例会议</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>导出为 Markdown…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Search all meetings</source>
        <translation>搜索所有会议</translation>
    </message>
    <message>
        <source>Find in this meeting</source>
        <translation>在此会议中查找</translation>
    </message>
    <message>
        <source>Replace in this meeting</source>
        <translation>在此会议中替换</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Command palette…</source>
        <translation>命令面板…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Add to the favourites</source>
        <translation>添加到收藏</translation>
    </message>
    <message>
        <source>Move to folder…</source>
        <translation>移到文件夹…</translation>
    </message>
    <message>
        <source>Tags…</source>
        <translation>标签…</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到废纸篓</translation>
    </message>
    <message>
        <source>Restore from the trash</source>
        <translation>从废纸篓恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>彻底删除…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空废纸篓…</translation>
    </message>
    <message>
        <source>Recording strip</source>
        <translation>录音小窗</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Write the minutes again</source>
        <translation>重新撰写纪要</translation>
    </message>
    <message>
        <source>Go to the recording</source>
        <translation>转到正在进行的录音</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>写笔记</translation>
    </message>
    <message>
        <source>Catch me up</source>
        <translation>前情提要</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Show or hide the minutes</source>
        <translation>显示或隐藏纪要</translation>
    </message>
    <message>
        <source>About Folkmoot</source>
        <translation>关于 Folkmoot</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>&amp;Meeting</source>
        <translation>会议(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Recording</source>
        <translation>录音(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Import a recording</source>
        <translation>导入录音</translation>
    </message>
    <message>
        <source>Audio and video</source>
        <translation>音频和视频</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Export as Markdown</source>
        <translation>导出为 Markdown</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Delete “{title}” for good?</source>
        <translation>彻底删除“{title}”？</translation>
    </message>
    <message>
        <source>Delete %n meetings for good?</source>
        <translation>彻底删除 %n 个会议？</translation>
    </message>
    <message>
        <source>Recorded sound, transcript and minutes are removed and cannot be brought back. Files that you have imported are not touched.</source>
        <translation>录音、文字稿和纪要将被移除，无法恢复。您导入的文件不受影响。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Stop processing and close?</source>
        <translation>停止处理并关闭？</translation>
    </message>
    <message>
        <source>A meeting is still being processed. What is finished is kept, and you can continue later.</source>
        <translation>还有会议正在处理。已完成的部分会保留，您可以稍后继续。</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
    <message>
        <source>Keep processing</source>
        <translation>继续处理</translation>
    </message>
    <message>
        <source>It is saved, and its words are written down when you open Folkmoot again.</source>
        <translation>录音会保存下来，下次打开 Folkmoot 时写成文字。</translation>
    </message>
    <message>
        <source>What is being processed stops, too, and continues then.</source>
        <translation>正在进行的处理也会停止，到时继续。</translation>
    </message>
    <message>
        <source>Stop the recording and close?</source>
        <translation>停止录音并关闭？</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>停止并保存</translation>
    </message>
    <message>
        <source>Keep recording</source>
        <translation>继续录音</translation>
    </message>
    <message>
        <source>Discard “{title}”?</source>
        <translation>放弃“{title}”？</translation>
    </message>
    <message>
        <source>The recording and its notes are removed for good. Nobody else has a copy.</source>
        <translation>录音及其笔记将彻底移除，别处没有副本。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Folkmoot closes as soon as everything is on the disk.</source>
        <translation>一切写入磁盘后，Folkmoot 就会关闭。</translation>
    </message>
    <message>
        <source>A meeting assistant whose audio, text and models never leave your machine.</source>
        <translation>会议助手：声音、文字和模型从不离开您的电脑。</translation>
    </message>
    <message>
        <source>Speech: {speech}
Minutes: {text}</source>
        <translation>语音：{speech}
纪要：{text}</translation>
    </message>
    <message>
        <source>Icons: Lucide, ISC licence.</source>
        <translation>图标：Lucide，ISC 许可。</translation>
    </message>
    <message>
        <source>CatchUpCard</source>
        <comment>Decisions</comment>
        <translation>前情提要卡片</translation>
    </message>
    <message>
        <source>CatchUpCard</source>
        <comment>Action items</comment>
        <translation>前情提要卡片</translation>
    </message>
    <message>
        <source>CatchUpCard</source>
        <comment>Open questions</comment>
        <translation>前情提要卡片</translation>
    </message>
    <message>
        <source>The text could not be fetched just now. Read it here:
{url}</source>
        <translation>刚才未能获取许可全文。请在此阅读：
{url}</translation>
    </message>
    <message>
        <source>Accept and download</source>
        <translation>接受并下载</translation>
    </message>
    <message>
        <source>Do not download</source>
        <translation>不下载</translation>
    </message>
    <message>
        <source>{model} has a licence with conditions</source>
        <translation>{model} 的许可附有条件</translation>
    </message>
    <message>
        <source>The sound of your meetings leaves this computer and is sent to {host}.</source>
        <translation>您会议的声音会离开这台电脑，发送到 {host}。</translation>
    </message>
    <message>
        <source>The words of your meetings leave this computer and are sent to {host}.</source>
        <translation>您会议的文字会离开这台电脑，发送到 {host}。</translation>
    </message>
    <message>
        <source>Your meetings leave this computer and are sent to {host}.</source>
        <translation>您的会议会离开这台电脑，发送到 {host}。</translation>
    </message>
    <message>
        <source>Whoever runs that computer can keep and hear or read them. Do this only if everybody may know.</source>
        <translation>管理那台电脑的人可以保存、收听或阅读它们。只有在所有人都可以知道这些内容时才这样做。</translation>
    </message>
    <message>
        <source>Use the server “{name}”?</source>
        <translation>使用服务器“{name}”？</translation>
    </message>
    <message>
        <source>Send to this server</source>
        <translation>发送到此服务器</translation>
    </message>
    <message>
        <source>Keep everything here</source>
        <translation>一切留在本机</translation>
    </message>
    <message>
        <source>{size} become free. It can be downloaded again.</source>
        <translation>将释放 {size}，之后可以重新下载。</translation>
    </message>
    <message>
        <source>It is in use: the best that is left takes its place.</source>
        <translation>它正在使用中：将由其余最好的模型代替。</translation>
    </message>
    <message>
        <source>Remove {model} from this computer?</source>
        <translation>从这台电脑移除 {model}？</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Forget the server “{name}”?</source>
        <translation>忘记服务器“{name}”？</translation>
    </message>
    <message>
        <source>Its address and its key are removed. Meetings run on this computer again.</source>
        <translation>它的地址和密钥将被移除，会议重新在这台电脑上处理。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Import a model from a folder</source>
        <translation>从文件夹导入模型</translation>
    </message>
    <message>
        <source>Import a model from an archive</source>
        <translation>从压缩包导入模型</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>压缩包</translation>
    </message>
    <message>
        <source>Correct the words</source>
        <translation>更正文字</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy with names and times</source>
        <translation>连同姓名和时间复制</translation>
    </message>
    <message>
        <source>Highlight</source>
        <translation>高亮</translation>
    </message>
    <message>
        <source>Make an action item</source>
        <translation>设为待办事项</translation>
    </message>
    <message>
        <source>Split here</source>
        <translation>在此处拆分</translation>
    </message>
    <message>
        <source>Join with what follows</source>
        <translation>与下一段合并</translation>
    </message>
    <message>
        <source>Play this</source>
        <translation>播放这一段</translation>
    </message>
    <message>
        <source>Show hidden echoes</source>
        <translation>显示隐藏的回声</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>已逾期</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>{owner}, {column}: {count}</source>
        <translation>{owner}，{column}：{count}</translation>
    </message>
    <message>
        <source>, %n of them overdue</source>
        <translation>，其中 %n 项已逾期</translation>
    </message>
    <message>
        <source>{owner}, {meeting}: {open} open{late}, {done} done</source>
        <translation>{owner}，{meeting}：{open} 项未完成{late}，{done} 项已完成</translation>
    </message>
    <message>
        <source>“{said}”</source>
        <translation>“{said}”</translation>
    </message>
    <message>
        <source>Done: {task}</source>
        <translation>完成：{task}</translation>
    </message>
    <message>
        <source>owner {name}</source>
        <translation>负责人 {name}</translation>
    </message>
    <message>
        <source>overdue since {date}</source>
        <translation>自 {date} 起逾期</translation>
    </message>
    <message>
        <source>due {date}</source>
        <translation>截止 {date}</translation>
    </message>
    <message>
        <source>from {meeting}</source>
        <translation>来自 {meeting}</translation>
    </message>
    <message>
        <source>not found in the transcript</source>
        <translation>文字稿中未找到</translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>尚无负责人</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>本周</translation>
    </message>
    <message>
        <source>Next week</source>
        <translation>下周</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>无日期</translation>
    </message>
    <message>
        <source>{group}, %n items</source>
        <translation>{group}，%n 项</translation>
    </message>
    <message>
        <source>%n s</source>
        <translation>%n 秒</translation>
    </message>
    <message>
        <source>%n min</source>
        <translation>%n 分钟</translation>
    </message>
    <message>
        <source>%n h</source>
        <translation>%n 小时</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>about %n s left</source>
        <translation>约剩 %n 秒</translation>
    </message>
    <message>
        <source>about %n min left</source>
        <translation>约剩 %n 分钟</translation>
    </message>
    <message>
        <source>about {length} left</source>
        <translation>约剩 {length}</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>Reading the recording</source>
        <translation>正在读取录音</translation>
    </message>
    <message>
        <source>Finding speech</source>
        <translation>正在查找语音</translation>
    </message>
    <message>
        <source>Transcribing</source>
        <translation>正在转写</translation>
    </message>
    <message>
        <source>Timing the words</source>
        <translation>正在对齐词语时间</translation>
    </message>
    <message>
        <source>Telling the speakers apart</source>
        <translation>正在区分说话人</translation>
    </message>
    <message>
        <source>Writing the minutes</source>
        <translation>正在撰写纪要</translation>
    </message>
    <message>
        <source>The models stopped unexpectedly.</source>
        <translation>模型意外停止了。</translation>
    </message>
    <message>
        <source>What was finished is kept. Try again; if it happens again, close other programs first.</source>
        <translation>已完成的部分都已保留。请重试；如果再次发生，请先关闭其他程序。</translation>
    </message>
    <message>
        <source>Something went wrong inside Folkmoot.</source>
        <translation>Folkmoot 内部出了问题。</translation>
    </message>
    <message>
        <source>What was finished is kept. Try again.</source>
        <translation>已完成的部分都已保留。请重试。</translation>
    </message>
    <message>
        <source>Arabic</source>
        <translation>阿拉伯语</translation>
    </message>
    <message>
        <source>Cantonese</source>
        <translation>粤语</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>中文</translation>
    </message>
    <message>
        <source>Czech</source>
        <translation>捷克语</translation>
    </message>
    <message>
        <source>Danish</source>
        <translation>丹麦语</translation>
    </message>
    <message>
        <source>Dutch</source>
        <translation>荷兰语</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>Filipino</source>
        <translation>菲律宾语</translation>
    </message>
    <message>
        <source>Finnish</source>
        <translation>芬兰语</translation>
    </message>
    <message>
        <source>French</source>
        <translation>法语</translation>
    </message>
    <message>
        <source>German</source>
        <translation>德语</translation>
    </message>
    <message>
        <source>Greek</source>
        <translation>希腊语</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>印地语</translation>
    </message>
    <message>
        <source>Hungarian</source>
        <translation>匈牙利语</translation>
    </message>
    <message>
        <source>Indonesian</source>
        <translation>印度尼西亚语</translation>
    </message>
    <message>
        <source>Italian</source>
        <translation>意大利语</translation>
    </message>
    <message>
        <source>Japanese</source>
        <translation>日语</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>韩语</translation>
    </message>
    <message>
        <source>Macedonian</source>
        <translation>马其顿语</translation>
    </message>
    <message>
        <source>Malay</source>
        <translation>马来语</translation>
    </message>
    <message>
        <source>Persian</source>
        <translation>波斯语</translation>
    </message>
    <message>
        <source>Polish</source>
        <translation>波兰语</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>葡萄牙语</translation>
    </message>
    <message>
        <source>Romanian</source>
        <translation>罗马尼亚语</translation>
    </message>
    <message>
        <source>Russian</source>
        <translation>俄语</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>西班牙语</translation>
    </message>
    <message>
        <source>Swedish</source>
        <translation>瑞典语</translation>
    </message>
    <message>
        <source>Thai</source>
        <translation>泰语</translation>
    </message>
    <message>
        <source>Turkish</source>
        <translation>土耳其语</translation>
    </message>
    <message>
        <source>Vietnamese</source>
        <translation>越南语</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Computer sound</source>
        <translation>电脑声音</translation>
    </message>
    <message>
        <source>The computer slept for {length}</source>
        <translation>电脑曾休眠 {length}</translation>
    </message>
    <message>
        <source>{length} missing from the microphone</source>
        <translation>麦克风缺少 {length} 的声音</translation>
    </message>
    <message>
        <source>{length} missing from the computer’s sound</source>
        <translation>电脑声音缺少 {length}</translation>
    </message>
    <message>
        <source>{length} of sound missing</source>
        <translation>缺少 {length} 的声音</translation>
    </message>
    <message>
        <source>{length} of speech from the microphone could not be written down</source>
        <translation>麦克风中有 {length} 的话未能写下</translation>
    </message>
    <message>
        <source>{length} of speech from the computer’s sound could not be written down</source>
        <translation>电脑声音中有 {length} 的话未能写下</translation>
    </message>
    <message>
        <source>{length} of speech could not be written down</source>
        <translation>有 {length} 的话未能写下</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Paused for {length}</source>
        <translation>暂停了 {length}</translation>
    </message>
    <message>
        <source>%n people</source>
        <translation>%n 人</translation>
    </message>
    <message>
        <source>Being recorded</source>
        <translation>正在录制</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>被中断</translation>
    </message>
    <message>
        <source>Not finished: something went wrong</source>
        <translation>未完成：出了点问题</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Written down, with its minutes, by a server: {server}</source>
        <translation>文字和纪要均由服务器完成：{server}</translation>
    </message>
    <message>
        <source>Written down by a server: {server}</source>
        <translation>文字由服务器写下：{server}</translation>
    </message>
    <message>
        <source>Minutes by a server: {server}</source>
        <translation>纪要由服务器撰写：{server}</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Tell me when minutes are ready or something went wrong while I look elsewhere.</source>
        <translation>当我没有看着窗口时，纪要完成或出现问题请告诉我。</translation>
    </message>
    <message>
        <source>Icon in the tray</source>
        <translation>系统托盘图标</translation>
    </message>
    <message>
        <source>Start, pause and stop recordings from the system’s tray.</source>
        <translation>从系统托盘开始、暂停和停止录音。</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门步骤</translation>
    </message>
    <message>
        <source>Privacy, sound check, models and the sample meeting, once more.</source>
        <translation>再看一遍隐私说明、声音检查、模型和示例会议。</translation>
    </message>
    <message>
        <source>Open the first steps</source>
        <translation>打开入门步骤</translation>
    </message>
    <message>
        <source>welcome introduction</source>
        <translation>欢迎 介绍 入门</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>What you say is recorded from here. It is yours alone, so the words are known to be yours.</source>
        <translation>从这里录下您说的话。它只属于您，所以这些话会标为您说的。</translation>
    </message>
    <message>
        <source>input device headset</source>
        <translation>输入 设备 耳机 麦克风</translation>
    </message>
    <message>
        <source>Sound of this computer</source>
        <translation>本机声音</translation>
    </message>
    <message>
        <source>What the others in a call say is recorded from here.</source>
        <translation>从这里录下通话中其他人说的话。</translation>
    </message>
    <message>
        <source>output device loudspeaker headphones</source>
        <translation>输出 设备 扬声器 耳机</translation>
    </message>
    <message>
        <source>Keep recordings as</source>
        <translation>录音保存格式</translation>
    </message>
    <message>
        <source>How a finished recording is packed. Nothing is removed before the packed one was read back.</source>
        <translation>录音完成后如何压缩。在读回并核对压缩文件之前，不会删除任何内容。</translation>
    </message>
    <message>
        <source>Small (Opus)</source>
        <translation>小文件（Opus）</translation>
    </message>
    <message>
        <source>Lossless (FLAC)</source>
        <translation>无损（FLAC）</translation>
    </message>
    <message>
        <source>As recorded (WAV, large)</source>
        <translation>保持原样（WAV，较大）</translation>
    </message>
    <message>
        <source>format compression quality</source>
        <translation>格式 压缩 音质</translation>
    </message>
    <message>
        <source>The device of last time</source>
        <translation>上次使用的设备</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Do not record</source>
        <translation>不录制</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>转写</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>What writes down the words. Larger models make fewer mistakes and take longer.</source>
        <translation>负责写下所说的话。模型越大，错误越少，用时越长。</translation>
    </message>
    <message>
        <source>Choose in Models</source>
        <translation>在“模型”中选择</translation>
    </message>
    <message>
        <source>Language of meetings</source>
        <translation>会议语言</translation>
    </message>
    <message>
        <source>Found out from the sound unless you say that it is always the same.</source>
        <translation>默认从声音中判断，除非您指定始终使用同一种语言。</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>自动判断</translation>
    </message>
    <message>
        <source>Words while recording</source>
        <translation>录音时显示文字</translation>
    </message>
    <message>
        <source>Show what is said while it is said. Without it, it is written down after the recording.</source>
        <translation>边说边显示文字。关闭后，文字在录音结束后写出。</translation>
    </message>
    <message>
        <source>live text captions subtitles</source>
        <translation>实时 字幕 转写</translation>
    </message>
    <message>
        <source>Several languages in one meeting</source>
        <translation>同一会议使用多种语言</translation>
    </message>
    <message>
        <source>Write each sentence in the language it was said in, not all in the one most is said in.</source>
        <translation>每句话都用它本来的语言写下，而不是全部用会议的主要语言。</translation>
    </message>
    <message>
        <source>mixed multilingual</source>
        <translation>混合 多语言</translation>
    </message>
    <message>
        <source>Names and terms</source>
        <translation>名称和术语</translation>
    </message>
    <message>
        <source>One on each line: people, products, places. The speech model is told how they are written.</source>
        <translation>每行一个：人名、产品、地点。语音模型会知道它们的写法。</translation>
    </message>
    <message>
        <source>glossary vocabulary words spelling</source>
        <translation>词汇 术语 名称 拼写</translation>
    </message>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>How speakers are told apart</source>
        <translation>区分说话人的方式</translation>
    </message>
    <message>
        <source>The built-in way needs no download. A model for it makes fewer mistakes when people interrupt.</source>
        <translation>内置方式无需下载。使用专门的模型，在有人插话时错误更少。</translation>
    </message>
    <message>
        <source>diarization voices</source>
        <translation>说话人 区分 声音</translation>
    </message>
    <message>
        <source>Remember voices</source>
        <translation>记住声音</translation>
    </message>
    <message>
        <source>When you name a speaker, the voice may be known again in later meetings.</source>
        <translation>您为说话人命名后，以后的会议可以再次认出这个声音。</translation>
    </message>
    <message>
        <source>voiceprints recognise consent</source>
        <translation>声纹 识别 同意</translation>
    </message>
    <message>
        <source>People whose voices are known</source>
        <translation>已知声音的人</translation>
    </message>
    <message>
        <source>They are named by themselves in new meetings. Their voices are stored on this computer only.</source>
        <translation>在新会议中会建议他们的名字。他们的声音只保存在这台电脑上。</translation>
    </message>
    <message>
        <source>voiceprints names forget rename</source>
        <translation>声纹 姓名 忘记 重命名</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Model for the minutes</source>
        <translation>纪要模型</translation>
    </message>
    <message>
        <source>What writes the summary, decisions and action items.</source>
        <translation>负责撰写摘要、决定和待办事项。</translation>
    </message>
    <message>
        <source>Language of the minutes</source>
        <translation>纪要语言</translation>
    </message>
    <message>
        <source>Minutes that are written from now on. Written ones stay as they are.</source>
        <translation>用于此后撰写的纪要，已写好的保持不变。</translation>
    </message>
    <message>
        <source>That of the meeting</source>
        <translation>与会议相同</translation>
    </message>
    <message>
        <source>translate</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>Folder of the meetings</source>
        <translation>会议所在的文件夹</translation>
    </message>
    <message>
        <source>Recordings, transcripts and minutes are here, and nowhere else.</source>
        <translation>录音、文字稿和纪要都在这里，别处没有。</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>data library location backup</source>
        <translation>数据 位置 备份</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空废纸篓</translation>
    </message>
    <message>
        <source>Meetings in the trash are removed for good after this time, unless their work is not finished.</source>
        <translation>废纸篓中的会议在这段时间后彻底删除，尚未处理完的除外。</translation>
    </message>
    <message>
        <source>retention delete remove keep</source>
        <translation>保留 删除 清除</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>After a year</source>
        <translation>一年后</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Everything that has a key of its own.</source>
        <translation>所有带有快捷键的操作。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>浅色或深色</translation>
    </message>
    <message>
        <source>Folkmoot follows the system unless you choose.</source>
        <translation>除非您另行选择，Folkmoot 会跟随系统。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>theme colours night mode</source>
        <translation>主题 颜色 夜间模式</translation>
    </message>
    <message>
        <source>Language of this window</source>
        <translation>窗口语言</translation>
    </message>
    <message>
        <source>Folkmoot speaks it from its next start. What meetings are spoken in is chosen under Transcription.</source>
        <translation>下次启动 Folkmoot 时生效。会议所说的语言在“转写”中选择。</translation>
    </message>
    <message>
        <source>interface language Chinese English 中文</source>
        <translation>界面 语言 中文 英文</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型的下载来源</translation>
    </message>
    <message>
        <source>If one site cannot be reached from your network, take another. Checksums are compared in any case.</source>
        <translation>如果您的网络无法访问某个网站，请换一个。无论从哪里下载，都会核对校验和。</translation>
    </message>
    <message>
        <source>Hugging Face, or what HF_ENDPOINT says</source>
        <translation>Hugging Face，或 HF_ENDPOINT 指定的地址</translation>
    </message>
    <message>
        <source>Hugging Face</source>
        <translation>Hugging Face</translation>
    </message>
    <message>
        <source>ModelScope</source>
        <translation>ModelScope（魔搭）</translation>
    </message>
    <message>
        <source>A mirror of Hugging Face</source>
        <translation>Hugging Face 镜像</translation>
    </message>
    <message>
        <source>hub download proxy mirror</source>
        <translation>下载 代理 镜像</translation>
    </message>
    <message>
        <source>Address of the mirror</source>
        <translation>镜像地址</translation>
    </message>
    <message>
        <source>Such as https://hf-mirror.com.</source>
        <translation>例如 https://hf-mirror.com。</translation>
    </message>
    <message>
        <source>Free the memory of models</source>
        <translation>释放模型占用的内存</translation>
    </message>
    <message>
        <source>How long after a job models stay loaded. The next job begins sooner while they are.</source>
        <translation>任务完成后模型保留多久。保留期间，下一个任务开始得更快。</translation>
    </message>
    <message>
        <source>memory unload keep</source>
        <translation>内存 卸载 保留</translation>
    </message>
    <message>
        <source>File of the settings</source>
        <translation>设置文件</translation>
    </message>
    <message>
        <source>It can be edited by hand while Folkmoot is closed.</source>
        <translation>Folkmoot 关闭时可以手动编辑。</translation>
    </message>
    <message>
        <source>Never while the window is open</source>
        <translation>窗口打开期间不释放</translation>
    </message>
    <message>
        <source>After {time}</source>
        <translation>{time}后</translation>
    </message>
</context>
<context>
    <name>ActionDelegate</name>
    <message>
        <source>Who</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>ActionItems</name>
    <message>
        <source>Who does it?</source>
        <translation>由谁来做？</translation>
    </message>
    <message>
        <source>Not done yet</source>
        <translation>尚未完成</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Change the date…</source>
        <translation>更改日期…</translation>
    </message>
    <message>
        <source>Change who does it…</source>
        <translation>更改负责人…</translation>
    </message>
    <message>
        <source>Go to the meeting</source>
        <translation>转到会议</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>ActionList</name>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
</context>
<context>
    <name>ActionMatrix</name>
    <message>
        <source>Who does what</source>
        <translation>责任矩阵</translation>
    </message>
</context>
<context>
    <name>ActionsPage</name>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Who does what</source>
        <translation>责任矩阵</translation>
    </message>
    <message>
        <source>Copy the list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>Which action items</source>
        <translation>显示哪些待办事项</translation>
    </message>
    <message>
        <source>Whose action items</source>
        <translation>谁的待办事项</translation>
    </message>
    <message>
        <source>Grouped by</source>
        <translation>分组方式</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>已逾期</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Open and done</source>
        <translation>未完成和已完成</translation>
    </message>
    <message>
        <source>By date</source>
        <translation>按日期</translation>
    </message>
    <message>
        <source>By person</source>
        <translation>按人</translation>
    </message>
    <message>
        <source>By meeting</source>
        <translation>按会议</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Only from “{meeting}”: show all meetings</source>
        <translation>仅来自“{meeting}”：显示所有会议</translation>
    </message>
    <message>
        <source>No action items yet</source>
        <translation>还没有待办事项</translation>
    </message>
    <message>
        <source>What people say they will do is found in the minutes of your meetings and listed here.</source>
        <translation>会议纪要会找出大家答应要做的事，并列在这里。</translation>
    </message>
    <message>
        <source>Everything is done</source>
        <translation>全部完成</translation>
    </message>
    <message>
        <source>Nothing is open in any of your meetings.</source>
        <translation>您的会议中没有未完成的事项。</translation>
    </message>
    <message>
        <source>Nothing like that</source>
        <translation>没有符合的事项</translation>
    </message>
    <message>
        <source>No action item is the one you are looking for.</source>
        <translation>没有您要找的待办事项。</translation>
    </message>
</context>
<context>
    <name>ActionsViewModel</name>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n 项未完成</numerusform>
        </translation>
    </message>
    <message>
        <source>{open}, {late} of them overdue</source>
        <translation>{open}，其中 {late} 项已逾期</translation>
    </message>
    <message>
        <source>tick off</source>
        <translation>勾选完成</translation>
    </message>
    <message>
        <source>take the tick away</source>
        <translation>取消勾选</translation>
    </message>
    <message>
        <source>change the date</source>
        <translation>更改日期</translation>
    </message>
    <message>
        <source>change who does it</source>
        <translation>更改负责人</translation>
    </message>
    <message>
        <source>This action item has been replaced since.</source>
        <translation>此待办事项已被替换。</translation>
    </message>
    <message>
        <source>Nothing was changed. Look at the meeting’s minutes again.</source>
        <translation>没有任何更改。请重新查看该会议的纪要。</translation>
    </message>
</context>
<context>
    <name>AsideList</name>
    <message>
        <source>Notes and bookmarks</source>
        <translation>笔记和书签</translation>
    </message>
</context>
<context>
    <name>CatchUpCard</name>
    <message>
        <source>So far</source>
        <translation>目前为止</translation>
    </message>
    <message>
        <source>Close what was said so far</source>
        <translation>关闭前情提要</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再次询问</translation>
    </message>
    <message>
        <source>Minutes so far</source>
        <translation>目前的纪要</translation>
    </message>
    <message>
        <source>up to {time}</source>
        <translation>截至 {time}</translation>
    </message>
    <message>
        <source>Reading what was said</source>
        <translation>正在阅读已说的内容</translation>
    </message>
    <message>
        <source>Nothing that belongs into minutes has been said yet.</source>
        <translation>目前还没有需要写进纪要的内容。</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>撤销：{what}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Redo: {what}</source>
        <translation>重做：{what}</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
</context>
<context>
    <name>Corrections</name>
    <message>
        <source>correct the words</source>
        <translation>更正文字</translation>
    </message>
    <message>
        <source>These words have been replaced since.</source>
        <translation>这段文字已被替换。</translation>
    </message>
    <message>
        <source>Nothing was changed. Look at them again and correct them as they are now.</source>
        <translation>没有任何更改。请重新查看并按现在的内容更正。</translation>
    </message>
    <message>
        <source>split the words</source>
        <translation>拆分段落</translation>
    </message>
    <message>
        <source>join the words</source>
        <translation>合并段落</translation>
    </message>
    <message>
        <source>change the speaker</source>
        <translation>更改说话人</translation>
    </message>
    <message>
        <source>change the speaker from here on</source>
        <translation>从此处起更改说话人</translation>
    </message>
    <message>
        <source>rename the speaker</source>
        <translation>重命名说话人</translation>
    </message>
    <message>
        <source>merge the speakers</source>
        <translation>合并说话人</translation>
    </message>
    <message>
        <source>accept the name</source>
        <translation>采用名字</translation>
    </message>
    <message>
        <source>dismiss the name</source>
        <translation>忽略名字</translation>
    </message>
    <message>
        <source>highlight</source>
        <translation>高亮</translation>
    </message>
    <message>
        <source>add an action item</source>
        <translation>添加待办事项</translation>
    </message>
    <message>
        <source>Added to the action items</source>
        <translation>已添加到待办事项</translation>
    </message>
</context>
<context>
    <name>DateCard</name>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>Next Monday</source>
        <translation>下周一</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>无日期</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>The list is on the clipboard.</source>
        <translation>列表已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to import</source>
        <translation>松开即可导入</translation>
    </message>
</context>
<context>
    <name>DueChip</name>
    <message>
        <source>Due: {date}, which is over</source>
        <translation>截止：{date}，已过期</translation>
    </message>
    <message>
        <source>Due: {date}</source>
        <translation>截止：{date}</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Import a recording</source>
        <translation>导入录音</translation>
    </message>
    <message>
        <source>Try the sample meeting</source>
        <translation>试用示例会议</translation>
    </message>
    <message>
        <source>No meetings yet</source>
        <translation>还没有会议</translation>
    </message>
    <message>
        <source>Record a meeting, or drop an audio or video file on this window. Folkmoot writes down who said what and makes the minutes. Nothing leaves this computer.</source>
        <translation>录制会议，或将音频、视频文件拖到此窗口。Folkmoot 会写下谁说了什么，并生成纪要。任何内容都不会离开这台电脑。</translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>Remove from the favourites</source>
        <translation>从收藏中移除</translation>
    </message>
    <message>
        <source>Add to the favourites</source>
        <translation>添加到收藏</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>无文件夹</translation>
    </message>
    <message>
        <source>New folder “{name}”</source>
        <translation>新建文件夹“{name}”</translation>
    </message>
    <message>
        <source>Move to which folder? A new one may be inside another: Clients/Acme</source>
        <translation>移到哪个文件夹？新文件夹可以在另一个文件夹中：客户/宏图</translation>
    </message>
    <message>
        <source>New tag “{name}”</source>
        <translation>新建标签“{name}”</translation>
    </message>
    <message>
        <source>Add or remove which tag?</source>
        <translation>添加或移除哪个标签？</translation>
    </message>
    <message>
        <source>“{title}” is in the trash</source>
        <translation>“{title}”已在废纸篓中</translation>
    </message>
    <message numerus="yes">
        <source>%n meetings are in the trash</source>
        <translation>
            <numerusform>%n 个会议已在废纸篓中</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message numerus="yes">
        <source>Copied %n meetings as Markdown</source>
        <translation>
            <numerusform>已将 %n 个会议复制为 Markdown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n meetings to “{folder}”</source>
        <translation>
            <numerusform>已将 %n 个会议导出到“{folder}”</numerusform>
        </translation>
    </message>
    <message>
        <source>Rename the folder…</source>
        <translation>重命名文件夹…</translation>
    </message>
    <message>
        <source>Rename the tag…</source>
        <translation>重命名标签…</translation>
    </message>
    <message>
        <source>Remove the folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>Remove the tag</source>
        <translation>移除标签</translation>
    </message>
    <message>
        <source>Rename to “{name}”</source>
        <translation>重命名为“{name}”</translation>
    </message>
    <message>
        <source>New name of “{name}”</source>
        <translation>“{name}”的新名称</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this meeting</source>
        <translation>在此会议中查找</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>全部替换</translation>
    </message>
    <message>
        <source>Everywhere in the transcript and in the minutes</source>
        <translation>文字稿和纪要中的所有位置</translation>
    </message>
</context>
<context>
    <name>Finder</name>
    <message>
        <source>Nothing found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>{number} of {all}</source>
        <translation>第 {number} 个，共 {all} 个</translation>
    </message>
    <message>
        <source>replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>replace all</source>
        <translation>全部替换</translation>
    </message>
    <message>
        <source>Replaced once</source>
        <translation>已替换一次</translation>
    </message>
    <message numerus="yes">
        <source>Replaced in %n places</source>
        <translation>
            <numerusform>已替换 %n 处</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>This step can no longer be taken back.</source>
        <translation>此步骤已无法撤销。</translation>
    </message>
    <message>
        <source>What it changed has been replaced since. Nothing was touched.</source>
        <translation>它更改的内容之后已被替换。未做任何改动。</translation>
    </message>
</context>
<context>
    <name>ItemRow</name>
    <message>
        <source>Done: {task}</source>
        <translation>完成：{task}</translation>
    </message>
    <message>
        <source>Not found in the transcript: please check</source>
        <translation>文字稿中未找到：请核对</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Say who does it</source>
        <translation>指定负责人</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Choose a date</source>
        <translation>选择日期</translation>
    </message>
    <message>
        <source>It is right</source>
        <translation>内容正确</translation>
    </message>
    <message>
        <source>Show in the transcript at {time}</source>
        <translation>在文字稿中显示 {time}</translation>
    </message>
    <message>
        <source>Change the words</source>
        <translation>更改文字</translation>
    </message>
    <message>
        <source>Who does it?</source>
        <translation>由谁来做？</translation>
    </message>
    <message>
        <source>Who does it…</source>
        <translation>由谁来做…</translation>
    </message>
    <message>
        <source>Choose a date…</source>
        <translation>选择日期…</translation>
    </message>
    <message>
        <source>Play what was said</source>
        <translation>播放原话</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>JobCard</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A meeting</source>
        <translation>会议</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Earlier: {title}</source>
        <translation>提前：{title}</translation>
    </message>
    <message>
        <source>Later: {title}</source>
        <translation>推后：{title}</translation>
    </message>
    <message>
        <source>Cancel: {title}</source>
        <translation>取消：{title}</translation>
    </message>
    <message>
        <source>Open: {title}</source>
        <translation>打开：{title}</translation>
    </message>
</context>
<context>
    <name>JobsPage</name>
    <message>
        <source>Pause all</source>
        <translation>全部暂停</translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation>没有任务</translation>
    </message>
    <message>
        <source>Meetings that are recorded or imported are processed one after another, and are seen here.</source>
        <translation>录制或导入的会议会逐个处理，并显示在这里。</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Went wrong</source>
        <translation>出错</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Continue all</source>
        <translation>全部继续</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>今天已完成</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>JobsViewModel</name>
    <message>
        <source>Paused. Nothing is lost: each meeting goes on where it was.</source>
        <translation>已暂停。没有任何丢失：每个会议都会从原处继续。</translation>
    </message>
    <message>
        <source>Waiting until the recording is over: it gets all there is.</source>
        <translation>等待录音结束：录音期间优先使用全部性能。</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>出了点问题。</translation>
    </message>
    <message>
        <source>What was finished is kept. Try again.</source>
        <translation>已完成的部分都已保留。请重试。</translation>
    </message>
    <message>
        <source>Not begun</source>
        <translation>尚未开始</translation>
    </message>
    <message>
        <source>Begun, not finished</source>
        <translation>已开始，未完成</translation>
    </message>
    <message>
        <source>Done, in {time}</source>
        <translation>已完成，用时 {time}</translation>
    </message>
</context>
<context>
    <name>LibraryProblem</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>LibraryViewModel</name>
    <message>
        <source>rename the meeting</source>
        <translation>重命名会议</translation>
    </message>
    <message numerus="yes">
        <source>%n more could not be imported either.</source>
        <translation>
            <numerusform>另有 %n 个也无法导入。</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no recording in this folder.</source>
        <translation>此文件夹中没有录音。</translation>
    </message>
    <message>
        <source>Choose an audio or video file.</source>
        <translation>请选择音频或视频文件。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Not finished: something went wrong</source>
        <translation>未完成：出了点问题</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>Pictures</source>
        <translation>图示</translation>
    </message>
</context>
<context>
    <name>LivePane</name>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Catch me up</source>
        <translation>前情提要</translation>
    </message>
    <message>
        <source>Minutes of what was said so far</source>
        <translation>目前所说内容的纪要</translation>
    </message>
</context>
<context>
    <name>LiveTranscript</name>
    <message>
        <source>Live text</source>
        <translation>实时文字</translation>
    </message>
    <message>
        <source>Newest words</source>
        <translation>最新的文字</translation>
    </message>
</context>
<context>
    <name>LiveViewModel</name>
    <message>
        <source>Getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>Starting again; what is said meanwhile follows</source>
        <translation>正在重新启动，期间所说的话随后补上</translation>
    </message>
    <message>
        <source>{time} behind; nothing is lost</source>
        <translation>落后 {time}，没有任何丢失</translation>
    </message>
    <message>
        <source>The recording goes on; everything is written down afterwards.</source>
        <translation>录音继续进行，所有内容会在结束后写下。</translation>
    </message>
    <message>
        <source>Live text stopped.</source>
        <translation>实时文字已停止。</translation>
    </message>
    <message>
        <source>The words appear here as they are spoken, in a moment.</source>
        <translation>稍等片刻，边说边出现文字。</translation>
    </message>
    <message>
        <source>The words appear here as they are spoken.</source>
        <translation>边说边在这里出现文字。</translation>
    </message>
    <message>
        <source>Me</source>
        <translation>我</translation>
    </message>
    <message>
        <source>Speaker {number}</source>
        <translation>说话人 {number}</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他人</translation>
    </message>
    <message>
        <source>Somebody</source>
        <translation>某人</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>没有写出任何内容。</translation>
    </message>
</context>
<context>
    <name>MachineCard</name>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新检测</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>1 core</source>
        <translation>1 个核心</translation>
    </message>
    <message numerus="yes">
        <source>%n cores</source>
        <translation>
            <numerusform>%n 个核心</numerusform>
        </translation>
    </message>
    <message>
        <source>{total}, of which {free} are free</source>
        <translation>共 {total}，可用 {free}</translation>
    </message>
    <message>
        <source>None that can be used; the processor does the work</source>
        <translation>没有可用的显卡，由处理器完成工作</translation>
    </message>
    <message>
        <source>{free} free</source>
        <translation>可用 {free}</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Download {size} and use them</source>
        <translation>下载 {size} 并使用</translation>
    </message>
    <message>
        <source>Use them</source>
        <translation>使用这些模型</translation>
    </message>
    <message>
        <source>Finding out what fits this computer</source>
        <translation>正在检测适合这台电脑的模型</translation>
    </message>
    <message>
        <source>This takes some seconds.</source>
        <translation>需要几秒钟。</translation>
    </message>
    <message>
        <source>You use what is recommended for this computer</source>
        <translation>您正在使用适合这台电脑的推荐模型</translation>
    </message>
    <message>
        <source> and </source>
        <translation>和</translation>
    </message>
    <message>
        <source>Recommended here: {models}</source>
        <translation>推荐：{models}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Copied as Markdown</source>
        <translation>已复制为 Markdown</translation>
    </message>
    <message>
        <source>What would you like to do, or which meeting?</source>
        <translation>您想做什么，或打开哪个会议？</translation>
    </message>
</context>
<context>
    <name>MeetingList</name>
    <message numerus="yes">
        <source>%n meetings</source>
        <translation>
            <numerusform>%n 个会议</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MeetingListModel</name>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
</context>
<context>
    <name>MeetingPage</name>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Find in this meeting</source>
        <translation>在此会议中查找</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export as Markdown</source>
        <translation>导出为 Markdown</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>文字稿</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Transcript and minutes side by side</source>
        <translation>文字稿和纪要并排显示</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Copied as Markdown</source>
        <translation>已复制为 Markdown</translation>
    </message>
    <message>
        <source>Nobody is told apart in this meeting yet.</source>
        <translation>此会议尚未区分说话人。</translation>
    </message>
    <message>
        <source>Who says this?</source>
        <translation>这是谁说的？</translation>
    </message>
    <message>
        <source>The minutes appear here when the words are written down.</source>
        <translation>文字写好后，纪要会出现在这里。</translation>
    </message>
    <message>
        <source>There are no minutes yet.</source>
        <translation>还没有纪要。</translation>
    </message>
</context>
<context>
    <name>MeetingViewModel</name>
    <message>
        <source>1 speaker</source>
        <translation>1 位说话人</translation>
    </message>
    <message numerus="yes">
        <source>%n speakers</source>
        <translation>
            <numerusform>%n 位说话人</numerusform>
        </translation>
    </message>
    <message>
        <source>Packing the recording</source>
        <translation>正在压缩录音</translation>
    </message>
    <message>
        <source>The words can be corrected when everything is written down.</source>
        <translation>全部写好后即可更正文字。</translation>
    </message>
    <message>
        <source>The words appear here as they are understood.</source>
        <translation>识别出的文字会出现在这里。</translation>
    </message>
    <message>
        <source>Somebody speaks in this recording, but nothing could be written down.</source>
        <translation>这段录音中有人说话，但没能写下任何内容。</translation>
    </message>
    <message>
        <source>Nobody speaks in this recording.</source>
        <translation>这段录音中没有人说话。</translation>
    </message>
    <message>
        <source>The words appear here when the recording is written down.</source>
        <translation>录音写成文字后会出现在这里。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>This meeting is being recorded by another Folkmoot</source>
        <translation>另一个 Folkmoot 正在录制此会议</translation>
    </message>
    <message>
        <source>This recording was interrupted</source>
        <translation>此录音曾被中断</translation>
    </message>
    <message>
        <source>It is safe.</source>
        <translation>它是安全的。</translation>
    </message>
    <message>
        <source>Write it down</source>
        <translation>写成文字</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>出了点问题。</translation>
    </message>
    <message>
        <source>This recording is not written down yet</source>
        <translation>此录音尚未写成文字</translation>
    </message>
    <message>
        <source>This meeting is not finished</source>
        <translation>此会议尚未处理完</translation>
    </message>
    <message>
        <source>Still to do: {step}. What was finished is kept.</source>
        <translation>还需完成：{step}。已完成的部分都已保留。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Begins when the meeting before it is finished.</source>
        <translation>前一个会议处理完后开始。</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>What was finished is kept.</source>
        <translation>已完成的部分都已保留。</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>已保存为 {name}</translation>
    </message>
</context>
<context>
    <name>MemoryCard</name>
    <message>
        <source>What the models themselves take. While they work they need more.</source>
        <translation>模型本身占用的内存。工作时需要更多。</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>在处理器上</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>在显卡上</translation>
    </message>
    <message>
        <source>in 32 bits</source>
        <translation>32 位</translation>
    </message>
    <message>
        <source>in 16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>in 8 bits</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>in 4 bits</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>{model} · {size} · {place} · {precision}</source>
        <translation>{model} · {size} · {place} · {precision}</translation>
    </message>
    <message>
        <source>on the graphics card ({device})</source>
        <translation>在显卡上（{device}）</translation>
    </message>
    <message>
        <source>Nothing. Models are loaded when a meeting needs them, and leave the memory afterwards.</source>
        <translation>没有。模型在会议需要时载入，之后释放内存。</translation>
    </message>
</context>
<context>
    <name>MinutesItems</name>
    <message>
        <source>change the summary</source>
        <translation>更改摘要</translation>
    </message>
    <message>
        <source>change the minutes</source>
        <translation>更改纪要</translation>
    </message>
    <message>
        <source>keep the item</source>
        <translation>保留此项</translation>
    </message>
    <message>
        <source>tick off</source>
        <translation>勾选完成</translation>
    </message>
    <message>
        <source>take the tick away</source>
        <translation>取消勾选</translation>
    </message>
    <message>
        <source>change who does it</source>
        <translation>更改负责人</translation>
    </message>
    <message>
        <source>change the date</source>
        <translation>更改日期</translation>
    </message>
    <message>
        <source>add to the minutes</source>
        <translation>添加到纪要</translation>
    </message>
    <message>
        <source>remove from the minutes</source>
        <translation>从纪要中移除</translation>
    </message>
    <message>
        <source>move the item</source>
        <translation>移动此项</translation>
    </message>
    <message>
        <source>This item has been replaced since.</source>
        <translation>此项已被替换。</translation>
    </message>
    <message>
        <source>Nothing was changed. Look at the minutes again.</source>
        <translation>没有任何更改。请重新查看纪要。</translation>
    </message>
</context>
<context>
    <name>MinutesPanel</name>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Write the minutes again</source>
        <translation>重新撰写纪要</translation>
    </message>
    <message>
        <source>Write the minutes again. What you have written yourself stays.</source>
        <translation>重新撰写纪要。您自己写的内容会保留。</translation>
    </message>
    <message>
        <source>Nothing to note was said in this meeting.</source>
        <translation>此会议没有需要记录的内容。</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Add a chapter</source>
        <translation>添加章节</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Add a decision</source>
        <translation>添加决定</translation>
    </message>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>Add an action item</source>
        <translation>添加待办事项</translation>
    </message>
    <message>
        <source>Open questions</source>
        <translation>待解决的问题</translation>
    </message>
    <message>
        <source>Add an open question</source>
        <translation>添加待解决的问题</translation>
    </message>
    <message>
        <source>My notes</source>
        <translation>我的笔记</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Action item</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>Open question</source>
        <translation>待解决的问题</translation>
    </message>
    <message>
        <source>Add: {part}</source>
        <translation>添加：{part}</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Pause the download</source>
        <translation>暂停下载</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} 的更多操作</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Download again</source>
        <translation>重新下载</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Cancel and remove what has come of {model}</source>
        <translation>取消并删除 {model} 已下载的部分</translation>
    </message>
    <message>
        <source>Close: {model}</source>
        <translation>关闭：{model}</translation>
    </message>
    <message>
        <source>needs about {size} of memory</source>
        <translation>约需 {size} 内存</translation>
    </message>
    <message numerus="yes">
        <source>%n languages</source>
        <translation>
            <numerusform>%n 种语言</numerusform>
        </translation>
    </message>
    <message>
        <source>hears more than words</source>
        <translation>不仅能听懂文字</translation>
    </message>
    <message>
        <source>with conditions</source>
        <translation>附有条件</translation>
    </message>
    <message>
        <source>Comparing checksums</source>
        <translation>正在核对校验和</translation>
    </message>
    <message>
        <source>Looking at it</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Waiting for the download before it</source>
        <translation>等待前一个下载完成</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Paused at {amount}</source>
        <translation>已在 {amount} 处暂停</translation>
    </message>
    <message>
        <source>Asking what there is</source>
        <translation>正在查询文件</translation>
    </message>
    <message>
        <source>{size} a second</source>
        <translation>每秒 {size}</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Check the files</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>阅读许可</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Import a model</source>
        <translation>导入模型</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Writes down what is said.</source>
        <translation>写下所说的话。</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Writes summary, decisions and action items.</source>
        <translation>撰写摘要、决定和待办事项。</translation>
    </message>
    <message>
        <source>Times of words</source>
        <translation>词语时间</translation>
    </message>
    <message>
        <source>Says when each word was spoken.</source>
        <translation>标出每个词何时说出。</translation>
    </message>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Tells the speakers apart.</source>
        <translation>区分说话人。</translation>
    </message>
    <message>
        <source>In memory now</source>
        <translation>当前在内存中</translation>
    </message>
    <message>
        <source>What is loaded, and where it runs.</source>
        <translation>已载入的模型及其运行位置。</translation>
    </message>
    <message>
        <source>Other computers</source>
        <translation>其他电脑</translation>
    </message>
    <message>
        <source>Servers that may do the work instead of this computer.</source>
        <translation>可以代替这台电脑工作的服务器。</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Downloaded models take {used}; {free} are free on this disk.</source>
        <translation>已下载的模型占用 {used}；此磁盘可用 {free}。</translation>
    </message>
    <message>
        <source>{model} was not imported. {why}</source>
        <translation>未导入 {model}。{why}</translation>
    </message>
    <message>
        <source>Importing {model}: {what}</source>
        <translation>正在导入 {model}：{what}</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>从文件夹…</translation>
    </message>
    <message>
        <source>From an archive…</source>
        <translation>从压缩包…</translation>
    </message>
</context>
<context>
    <name>ModelsViewModel</name>
    <message>
        <source>Server “{name}”</source>
        <translation>服务器“{name}”</translation>
    </message>
    <message>
        <source>Automatic ({model})</source>
        <translation>自动（{model}）</translation>
    </message>
    <message>
        <source>None is here yet</source>
        <translation>尚未安装</translation>
    </message>
    <message>
        <source>{model} on {host}</source>
        <translation>{host} 上的 {model}</translation>
    </message>
    <message>
        <source>{model} (not here)</source>
        <translation>{model}（未安装）</translation>
    </message>
    <message>
        <source>{model} is removed; {size} are free again.</source>
        <translation>已移除 {model}，释放了 {size}。</translation>
    </message>
    <message>
        <source>{model} is installed and checked.</source>
        <translation>已安装并核对 {model}。</translation>
    </message>
    <message>
        <source>{model} is as it came: all checksums agree.</source>
        <translation>{model} 与原始文件一致：所有校验和都相符。</translation>
    </message>
</context>
<context>
    <name>NameField</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>NoteField</name>
    <message>
        <source>Note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Write a note, Return adds it</source>
        <translation>写笔记，按回车添加</translation>
    </message>
</context>
<context>
    <name>NothingChosen</name>
    <message>
        <source>No meeting chosen</source>
        <translation>未选择会议</translation>
    </message>
    <message>
        <source>Choose a meeting on the left, or drop a recording on this window.</source>
        <translation>在左侧选择会议，或将录音拖到此窗口。</translation>
    </message>
</context>
<context>
    <name>Office</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门步骤</translation>
    </message>
    <message>
        <source>Now: {model}</source>
        <translation>当前：{model}</translation>
    </message>
    <message>
        <source>A meeting is not finished yet. Continue it under Jobs.</source>
        <translation>有一个会议尚未处理完。可在“任务”中继续。</translation>
    </message>
    <message numerus="yes">
        <source>%n meetings are not finished yet. Continue them under Jobs.</source>
        <translation>
            <numerusform>有 %n 个会议尚未处理完。可在“任务”中继续。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Organiser</name>
    <message>
        <source>mark as favourite</source>
        <translation>标为收藏</translation>
    </message>
    <message>
        <source>remove from the favourites</source>
        <translation>从收藏中移除</translation>
    </message>
    <message>
        <source>move to the folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>take out of the folder</source>
        <translation>移出文件夹</translation>
    </message>
    <message>
        <source>add the tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>remove the tag</source>
        <translation>移除标签</translation>
    </message>
    <message>
        <source>rename the folder</source>
        <translation>重命名文件夹</translation>
    </message>
    <message>
        <source>remove the folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>rename the tag</source>
        <translation>重命名标签</translation>
    </message>
    <message>
        <source>move to the trash</source>
        <translation>移到废纸篓</translation>
    </message>
    <message>
        <source>restore from the trash</source>
        <translation>从废纸篓恢复</translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation>会议</translation>
    </message>
</context>
<context>
    <name>OwnerChip</name>
    <message>
        <source>Owner: {name}</source>
        <translation>负责人：{name}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>匹配结果</translation>
    </message>
    <message>
        <source>Nothing fits these letters.</source>
        <translation>没有匹配的结果。</translation>
    </message>
</context>
<context>
    <name>ParagraphEditor</name>
    <message>
        <source>Correct the words</source>
        <translation>更正文字</translation>
    </message>
</context>
<context>
    <name>PeopleRow</name>
    <message>
        <source>Nobody yet. When you name a speaker in a meeting, Folkmoot offers to remember the voice.</source>
        <translation>还没有人。您在会议中为说话人命名后，Folkmoot 会询问是否记住这个声音。</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>The meeting in pictures</source>
        <translation>会议图示</translation>
    </message>
    <message>
        <source>The pictures appear here when the words are written down.</source>
        <translation>文字写好后，图示会出现在这里。</translation>
    </message>
    <message>
        <source>Copy as image</source>
        <translation>复制为图片</translation>
    </message>
    <message>
        <source>Save as an image…</source>
        <translation>存储为图片…</translation>
    </message>
    <message>
        <source>Who spoke when</source>
        <translation>发言时间分布</translation>
    </message>
    <message>
        <source>Share of talk</source>
        <translation>发言占比</translation>
    </message>
    <message>
        <source>Copied as an image</source>
        <translation>已复制为图片</translation>
    </message>
    <message>
        <source>Save as an image</source>
        <translation>存储为图片</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Drawing that can be enlarged</source>
        <translation>可放大的矢量图</translation>
    </message>
</context>
<context>
    <name>PictureViewModel</name>
    <message>
        <source>Saved as {name}</source>
        <translation>已保存为 {name}</translation>
    </message>
</context>
<context>
    <name>PlacePage</name>
    <message>
        <source>Back to the meetings</source>
        <translation>返回会议</translation>
    </message>
</context>
<context>
    <name>PlaybackMenu</name>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Back 10 seconds</source>
        <translation>后退 10 秒</translation>
    </message>
    <message>
        <source>Forward 10 seconds</source>
        <translation>前进 10 秒</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>减速</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>加速</translation>
    </message>
    <message>
        <source>Skip silence</source>
        <translation>跳过静音</translation>
    </message>
    <message>
        <source>The meeting in pictures</source>
        <translation>会议图示</translation>
    </message>
    <message>
        <source>Pause playing</source>
        <translation>暂停播放</translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>Back 10 seconds</source>
        <translation>后退 10 秒</translation>
    </message>
    <message>
        <source>Forward 10 seconds</source>
        <translation>前进 10 秒</translation>
    </message>
    <message>
        <source>Skip silence</source>
        <translation>跳过静音</translation>
    </message>
    <message>
        <source>Leave out where nobody speaks</source>
        <translation>跳过无人说话的部分</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Show the waveform</source>
        <translation>显示波形</translation>
    </message>
    <message>
        <source>Hide the waveform</source>
        <translation>隐藏波形</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>of {length}</source>
        <translation>/ {length}</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>Speed: {speed}</source>
        <translation>速度：{speed}</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
</context>
<context>
    <name>PlayerViewModel</name>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Computer sound</source>
        <translation>电脑声音</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Meetings cannot be played on this computer.</source>
        <translation>这台电脑无法播放会议。</translation>
    </message>
</context>
<context>
    <name>RecordingFlow</name>
    <message>
        <source>The recording was discarded</source>
        <translation>录音已放弃</translation>
    </message>
</context>
<context>
    <name>RecordingPage</name>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>写笔记</translation>
    </message>
    <message>
        <source>What you note here keeps its time and stands between the words later.</source>
        <translation>您在这里记下的内容会保留时间，之后出现在文字之间。</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>目前为止</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>RecordingStrip</name>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Back to the window</source>
        <translation>返回窗口</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Level of {track}</source>
        <translation>{track} 的音量</translation>
    </message>
</context>
<context>
    <name>RecordingViewModel</name>
    <message>
        <source>Recorded: {length}</source>
        <translation>已录制：{length}</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Writing the last seconds to the disk</source>
        <translation>正在将最后几秒写入磁盘</translation>
    </message>
    <message>
        <source>Safe on disk up to {time}</source>
        <translation>{time} 之前的内容已安全写入磁盘</translation>
    </message>
    <message>
        <source>Room for {length} more</source>
        <translation>还可录制 {length}</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>{track} is not recorded: {why}</source>
        <translation>未录制{track}：{why}</translation>
    </message>
    <message>
        <source>The recording is on the disk, but the library could not be told: {why}</source>
        <translation>录音已在磁盘上，但未能登记到会议库：{why}</translation>
    </message>
    <message>
        <source>The recording ended by itself.</source>
        <translation>录音自行结束了。</translation>
    </message>
    <message>
        <source>Everything up to {time} is kept.</source>
        <translation>{time} 之前的内容都已保留。</translation>
    </message>
</context>
<context>
    <name>RecordingWorker</name>
    <message>
        <source>This device cannot be used ({error}).</source>
        <translation>无法使用此设备（{error}）。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请选择其他设备。</translation>
    </message>
    <message>
        <source>There is nothing to record.</source>
        <translation>没有可录制的内容。</translation>
    </message>
    <message>
        <source>Choose a microphone or the computer’s sound.</source>
        <translation>请选择麦克风或电脑声音。</translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message>
        <source>Write it down</source>
        <translation>写成文字</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep it in the library and write it down later</source>
        <translation>保留在会议库中，稍后写成文字</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>放弃…</translation>
    </message>
</context>
<context>
    <name>RecoveryViewModel</name>
    <message>
        <source>A recording from {when} was interrupted</source>
        <translation>{when} 的录音被中断</translation>
    </message>
    <message>
        <source>A recording from {when} ({length}) was interrupted</source>
        <translation>{when} 的录音（{length}）被中断</translation>
    </message>
    <message numerus="yes">
        <source>%n more was interrupted.</source>
        <translation>
            <numerusform>另有 %n 个录音被中断。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more were interrupted.</source>
        <translation>
            <numerusform>另有 %n 个录音被中断。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is safe. What shall become of it?</source>
        <translation>它是安全的。要如何处理？</translation>
    </message>
    <message>
        <source>It holds no sound.</source>
        <translation>其中没有声音。</translation>
    </message>
</context>
<context>
    <name>RunningCard</name>
    <message>
        <source>Back to the recording</source>
        <translation>返回录音</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search all meetings</source>
        <translation>搜索所有会议</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>Copy: {part}</source>
        <translation>复制：{part}</translation>
    </message>
</context>
<context>
    <name>ServerDialog</name>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>Change a server</source>
        <translation>更改服务器</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>Model for minutes</source>
        <translation>纪要模型</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>If the server asks for one</source>
        <translation>如果服务器需要</translation>
    </message>
    <message>
        <source>As it is kept</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Save and test</source>
        <translation>保存并测试</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A server that speaks the OpenAI dialect: vLLM, SGLang, llama.cpp. It is used for a meeting only when you choose it. The key is kept in the keyring of this system.</source>
        <translation>使用 OpenAI 接口的服务器：vLLM、SGLang、llama.cpp。只有您选择它时，会议才会使用它。密钥保存在系统的钥匙串中。</translation>
    </message>
</context>
<context>
    <name>ServerRow</name>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Test the server {name}</source>
        <translation>测试服务器 {name}</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} 的更多操作</translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>sound and words go to {host}</source>
        <translation>声音和文字会发送到 {host}</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Asking it</source>
        <translation>正在询问</translation>
    </message>
    <message>
        <source>Its models: {models}.</source>
        <translation>它的模型：{models}。</translation>
    </message>
    <message>
        <source>It works.</source>
        <translation>运行正常。</translation>
    </message>
    <message>
        <source>It does not work.</source>
        <translation>无法使用。</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
</context>
<context>
    <name>ServersPanel</name>
    <message>
        <source>Off: everything runs on this computer. If your team has a server with Qwen models, meetings can be sent to it. Sound and words then leave this computer.</source>
        <translation>已关闭：一切都在这台电脑上运行。如果您的团队有运行 Qwen 模型的服务器，可以把会议发送给它。这时声音和文字会离开这台电脑。</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>没有包含这些文字的设置。</translation>
    </message>
    <message>
        <source>Forget the voice of “{name}”?</source>
        <translation>忘记“{name}”的声音？</translation>
    </message>
    <message>
        <source>It is removed for good and no longer named by itself. Meetings keep the names they have.</source>
        <translation>声音将彻底删除，不再自动建议名字。会议中已有的名字保持不变。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>SettingsViewModel</name>
    <message>
        <source>Somebody else has this name already.</source>
        <translation>这个名字已经属于另一个人。</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Start recording</source>
        <translation>开始录音</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>The words are written down after the recording. Everything stays on this computer. Ask the others whether they agree to be recorded.</source>
        <translation>录音结束后写成文字。一切都保留在这台电脑上。请先征得其他人对录音的同意。</translation>
    </message>
</context>
<context>
    <name>SetupViewModel</name>
    <message>
        <source>Meeting on {day}, {time}</source>
        <translation>{day} {time} 的会议</translation>
    </message>
    <message>
        <source>Follow the system ({device})</source>
        <translation>跟随系统（{device}）</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>The device of last time</source>
        <translation>上次使用的设备</translation>
    </message>
    <message>
        <source>Do not record</source>
        <translation>不录制</translation>
    </message>
    <message>
        <source>No sound comes from this device.</source>
        <translation>此设备没有声音。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请选择其他设备。</translation>
    </message>
    <message>
        <source>This microphone is muted, or Folkmoot may not listen to it.</source>
        <translation>此麦克风被静音，或者 Folkmoot 无权使用它。</translation>
    </message>
    <message>
        <source>Unmute it, or allow it in the system’s privacy settings.</source>
        <translation>请取消静音，或在系统的隐私设置中允许使用。</translation>
    </message>
    <message>
        <source>Nothing is heard from this microphone.</source>
        <translation>此麦克风没有听到任何声音。</translation>
    </message>
    <message>
        <source>See whether it is muted, or choose another one.</source>
        <translation>请检查是否静音，或选择其他麦克风。</translation>
    </message>
    <message>
        <source>Something plays, but not on this device.</source>
        <translation>有声音在播放，但不在此设备上。</translation>
    </message>
    <message>
        <source>Choose the one you listen with.</source>
        <translation>请选择您收听所用的设备。</translation>
    </message>
    <message>
        <source>Nothing plays right now.</source>
        <translation>目前没有声音在播放。</translation>
    </message>
</context>
<context>
    <name>SharePicture</name>
    <message>
        <source>Share of talk</source>
        <translation>发言占比</translation>
    </message>
</context>
<context>
    <name>ShelfModel</name>
    <message>
        <source>All meetings</source>
        <translation>所有会议</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>废纸篓</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message numerus="yes">
        <source>%n meetings</source>
        <translation>
            <numerusform>%n 个会议</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShelfTree</name>
    <message>
        <source>Folders and tags</source>
        <translation>文件夹和标签</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Import a recording</source>
        <translation>导入录音</translation>
    </message>
    <message>
        <source>Meetings</source>
        <translation>会议</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空废纸篓…</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>废纸篓是空的。</translation>
    </message>
    <message>
        <source>No favourites yet. Mark a meeting with its context menu.</source>
        <translation>还没有收藏。可通过会议的右键菜单添加。</translation>
    </message>
    <message>
        <source>There is nothing here.</source>
        <translation>这里什么都没有。</translation>
    </message>
    <message>
        <source>Starter kit: for trying and testing, not for real voices.</source>
        <translation>入门套件：用于试用和测试，不适合真实语音。</translation>
    </message>
    <message>
        <source>Nothing found for “{text}”</source>
        <translation>未找到“{text}”</translation>
    </message>
</context>
<context>
    <name>SpeakerCard</name>
    <message>
        <source>{length} · {percent} % of the talk</source>
        <translation>{length} · 占发言的 {percent}%</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>试听</translation>
    </message>
    <message>
        <source>Same as…</source>
        <translation>与此人相同…</translation>
    </message>
    <message>
        <source>This is somebody who is in the meeting already</source>
        <translation>这是会议中已有的人</translation>
    </message>
    <message>
        <source>Remember this voice…</source>
        <translation>记住这个声音…</translation>
    </message>
    <message>
        <source>This voice is remembered.</source>
        <translation>已记住这个声音。</translation>
    </message>
    <message>
        <source>This is probably {name} ({percent} %)</source>
        <translation>这很可能是 {name}（{percent}%）</translation>
    </message>
    <message>
        <source>Could this be {name}? ({percent} %)</source>
        <translation>这会不会是 {name}？（{percent}%）</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Yes, this is {name}</source>
        <translation>是，这是 {name}</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不是</translation>
    </message>
    <message>
        <source>No, this is somebody else</source>
        <translation>不是，这是别人</translation>
    </message>
    <message>
        <source>Folkmoot then knows this voice in later meetings and suggests the name. A voice is personal: please ask {name} first. What is remembered are numbers that stay on this computer, and you can delete them at any time in the settings.</source>
        <translation>Folkmoot 会在以后的会议中认出这个声音并建议名字。声音属于个人信息：请先征得 {name} 同意。记住的是一组数字，只保存在这台电脑上，您随时可以在设置中删除。</translation>
    </message>
    <message>
        <source>{name} agrees</source>
        <translation>{name} 同意</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>{name} is in this meeting already: the two become one.</source>
        <translation>{name} 已在此会议中：两者将合并为一人。</translation>
    </message>
</context>
<context>
    <name>SpeakerLine</name>
    <message>
        <source>{name}: {length}, {percent} % of the talk</source>
        <translation>{name}：{length}，占发言的 {percent}%</translation>
    </message>
    <message>
        <source>{length} · {percent} %</source>
        <translation>{length} · {percent}%</translation>
    </message>
</context>
<context>
    <name>SpeakersList</name>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>How many people speak</source>
        <translation>有多少人说话</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>自动判断</translation>
    </message>
    <message>
        <source>How many people speak?</source>
        <translation>有多少人说话？</translation>
    </message>
    <message>
        <source>Several people share this microphone</source>
        <translation>多人共用此麦克风</translation>
    </message>
    <message>
        <source>Tell speakers apart again</source>
        <translation>重新区分说话人</translation>
    </message>
    <message>
        <source>Names you have given and words you have corrected stay as they are.</source>
        <translation>您起的名字和更正过的文字保持不变。</translation>
    </message>
    <message>
        <source>This can be changed when everything is written down.</source>
        <translation>全部写好后才能更改。</translation>
    </message>
    <message>
        <source>Probably {name}</source>
        <translation>很可能是 {name}</translation>
    </message>
    <message>
        <source>Is this {name}?</source>
        <translation>这是 {name} 吗？</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Yes, this is {name}</source>
        <translation>是，这是 {name}</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不是</translation>
    </message>
    <message>
        <source>No, this is somebody else</source>
        <translation>不是，这是别人</translation>
    </message>
</context>
<context>
    <name>SpeakersViewModel</name>
    <message>
        <source>say who speaks</source>
        <translation>指定说话人</translation>
    </message>
    <message>
        <source>The voice of {name} is remembered</source>
        <translation>已记住 {name} 的声音</translation>
    </message>
</context>
<context>
    <name>StepDots</name>
    <message>
        <source>Step {number} of {count}</source>
        <translation>第 {number} 步，共 {count} 步</translation>
    </message>
</context>
<context>
    <name>Summary</name>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Change the words</source>
        <translation>更改文字</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>TimelineList</name>
    <message>
        <source>Action items from their meeting to the day they are due</source>
        <translation>待办事项从会议到截止日期</translation>
    </message>
</context>
<context>
    <name>TimelinePicture</name>
    <message>
        <source>Who spoke when</source>
        <translation>发言时间分布</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>The recording was paused</source>
        <translation>录音曾暂停</translation>
    </message>
    <message>
        <source>Sound is missing</source>
        <translation>缺少声音</translation>
    </message>
    <message>
        <source>The computer slept</source>
        <translation>电脑曾休眠</translation>
    </message>
</context>
<context>
    <name>TitleField</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>TrackCard</name>
    <message>
        <source>Level of {track}</source>
        <translation>{track} 的音量</translation>
    </message>
</context>
<context>
    <name>TrackLine</name>
    <message>
        <source>Level of {track}</source>
        <translation>{track} 的音量</translation>
    </message>
</context>
<context>
    <name>TranscriptActions</name>
    <message>
        <source>Speaker</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Speaker from here on</source>
        <translation>从此处起的说话人</translation>
    </message>
    <message>
        <source>Hide echoes</source>
        <translation>隐藏回声</translation>
    </message>
    <message>
        <source>Show hidden echoes</source>
        <translation>显示隐藏的回声</translation>
    </message>
    <message>
        <source>Somebody else…</source>
        <translation>其他人…</translation>
    </message>
</context>
<context>
    <name>TranscriptModel</name>
    <message>
        <source>1 echo is shown · Hide</source>
        <translation>已显示 1 处回声 · 隐藏</translation>
    </message>
    <message numerus="yes">
        <source>%n echoes are shown · Hide</source>
        <translation>
            <numerusform>已显示 %n 处回声 · 隐藏</numerusform>
        </translation>
    </message>
    <message>
        <source>1 echo is hidden · Show</source>
        <translation>已隐藏 1 处回声 · 显示</translation>
    </message>
    <message numerus="yes">
        <source>%n echoes are hidden · Show</source>
        <translation>
            <numerusform>已隐藏 %n 处回声 · 显示</numerusform>
        </translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>回声</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>电脑</translation>
    </message>
</context>
<context>
    <name>TranscriptPaper</name>
    <message>
        <source>{name}?</source>
        <translation>{name}？</translation>
    </message>
    <message>
        <source>Corrected by you</source>
        <translation>由您更正</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Transcript</source>
        <translation>文字稿</translation>
    </message>
    <message>
        <source>{name}: click to rename</source>
        <translation>{name}：点按可重命名</translation>
    </message>
    <message>
        <source>Play from here</source>
        <translation>从这里播放</translation>
    </message>
    <message>
        <source>The voice may be {name}</source>
        <translation>这个声音可能是 {name}</translation>
    </message>
    <message>
        <source>Yes, this is {name}</source>
        <translation>是，这是 {name}</translation>
    </message>
    <message>
        <source>No, this is somebody else</source>
        <translation>不是，这是别人</translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message>
        <source>Download what is damaged again.</source>
        <translation>请重新下载损坏的部分。</translation>
    </message>
</context>
<context>
    <name>TrashBar</name>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>彻底删除…</translation>
    </message>
    <message>
        <source>This meeting is in the trash.</source>
        <translation>此会议在废纸篓中。</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Folkmoot</source>
        <translation>打开 Folkmoot</translation>
    </message>
    <message>
        <source>The recording has ended</source>
        <translation>录音已结束</translation>
    </message>
    <message>
        <source>The notes are ready</source>
        <translation>纪要已写好</translation>
    </message>
    <message>
        <source>A meeting could not be finished</source>
        <translation>有一个会议未能处理完</translation>
    </message>
</context>
<context>
    <name>VolumePopover</name>
    <message>
        <source>Volume: {track}</source>
        <translation>音量：{track}</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Waveform</name>
    <message>
        <source>Position in the meeting</source>
        <translation>会议中的位置</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Skip the introduction</source>
        <translation>跳过介绍</translation>
    </message>
    <message>
        <source>Everything stays on this computer</source>
        <translation>一切都留在这台电脑上</translation>
    </message>
    <message>
        <source>No account, no cloud, no counting. Sound, words and models are here and nowhere else.</source>
        <translation>没有账号，没有云端，没有统计。声音、文字和模型都在这里，别处没有。</translation>
    </message>
    <message>
        <source>Nothing is recorded unless you start it</source>
        <translation>只有您开始，才会录音</translation>
    </message>
    <message>
        <source>Ask the others whether they agree. In many places the law asks for it, too.</source>
        <translation>请征得其他人的同意，在许多地方这也是法律要求。</translation>
    </message>
    <message>
        <source>Your meetings are yours</source>
        <translation>您的会议属于您</translation>
    </message>
    <message>
        <source>They are kept in a folder you can open, and can be exported as Markdown at any time.</source>
        <translation>它们保存在您可以打开的文件夹中，随时可以导出为 Markdown。</translation>
    </message>
    <message>
        <source>Four people plan a release. In less than a minute you see who said what, the decisions and the action items, each with the place in the meeting where it was said.</source>
        <translation>四个人在计划一次发布。不到一分钟，您就能看到谁说了什么、有哪些决定和待办事项，每一项都附有原话在会议中的位置。</translation>
    </message>
    <message>
        <source>Welcome to Folkmoot</source>
        <translation>欢迎使用 Folkmoot</translation>
    </message>
    <message>
        <source>It records meetings, writes down who said what, and makes the minutes.</source>
        <translation>它录制会议，写下谁说了什么，并生成纪要。</translation>
    </message>
    <message>
        <source>Can you be heard?</source>
        <translation>能听到您说话吗？</translation>
    </message>
    <message>
        <source>Say something, and let something play. Both bars should move.</source>
        <translation>请说几句话，并播放一点声音。两条音量条都应移动。</translation>
    </message>
    <message>
        <source>Models that understand speech</source>
        <translation>理解语音的模型</translation>
    </message>
    <message>
        <source>They are downloaded once. A small kit to try things with is here already.</source>
        <translation>只需下载一次。这里已经有一个可供试用的小套件。</translation>
    </message>
    <message>
        <source>Try it with a sample meeting</source>
        <translation>用示例会议试一试</translation>
    </message>
    <message>
        <source>Nothing has to be set up for it.</source>
        <translation>无需任何设置。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>下载 {size}</translation>
    </message>
    <message>
        <source>Use the small kit for now</source>
        <translation>暂时使用小套件</translation>
    </message>
    <message>
        <source>Try the sample meeting</source>
        <translation>试用示例会议</translation>
    </message>
    <message>
        <source>Start without it</source>
        <translation>不用它，直接开始</translation>
    </message>
    <message>
        <source>Finding out what fits this computer</source>
        <translation>正在检测适合这台电脑的模型</translation>
    </message>
    <message>
        <source>This takes some seconds. You need not wait for it.</source>
        <translation>需要几秒钟，您不必等待。</translation>
    </message>
    <message>
        <source>The models that fit this computer are here.</source>
        <translation>适合这台电脑的模型已经就绪。</translation>
    </message>
    <message>
        <source> and </source>
        <translation>和</translation>
    </message>
    <message>
        <source>Recommended here: {models}</source>
        <translation>推荐：{models}</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>It goes on while you look around.</source>
        <translation>您随意浏览时它会继续。</translation>
    </message>
</context>
<context>
    <name>_Axis</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
</context>
<context>
    <name>_PersonLine</name>
    <message>
        <source>Name of {person}</source>
        <translation>{person} 的名字</translation>
    </message>
    <message>
        <source>Heard once</source>
        <translation>听到过一次</translation>
    </message>
    <message numerus="yes">
        <source>Heard %n times</source>
        <translation>
            <numerusform>听到过 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Forget the voice of {person}</source>
        <translation>忘记 {person} 的声音</translation>
    </message>
</context>
<context>
    <name>_TaskList</name>
    <message>
        <source>Used for: {task}</source>
        <translation>用于：{task}</translation>
    </message>
</context>
<context>
    <name>_Worker</name>
    <message>
        <source>The models stopped unexpectedly and were started again from the last finished step.</source>
        <translation>模型意外停止，已从最后完成的步骤重新开始。</translation>
    </message>
</context>
<context>
    <name>minutes</name>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
</context>
<context>
    <name>pictures</name>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Somebody</source>
        <translation>某人</translation>
    </message>
    <message>
        <source>%n %</source>
        <translation>%n %</translation>
    </message>
    <message>
        <source>Who spoke when</source>
        <translation>发言时间分布</translation>
    </message>
    <message>
        <source>Share of talk</source>
        <translation>发言占比</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>After %n days</source>
        <translation>%n 天后</translation>
    </message>
</context>
</TS>
