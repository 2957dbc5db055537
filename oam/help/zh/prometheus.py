"""Figures for Prometheus."""

from __future__ import annotations

from typing import Final

PROMETHEUS: Final = {
    "Figures of the server for Prometheus, at http://ADDRESS:PORT/metrics; off unless switched on.": (
        "供 Prometheus 抓取的服务器指标，地址为 http://ADDRESS:PORT/metrics；默认关闭。"
    ),
    "Figures for Prometheus to fetch": "供 Prometheus 抓取的指标",
    "Serve the figures on one local address and port; each line is one more.": (
        "在一个本地地址和端口上提供指标；每行增加一个。"
    ),
    "The figures are sent as clear text to whom the access list permits; nobody logs in.": (
        "指标以明文发送给访问列表允许的客户端；无需登录。"
    ),
    "Open a socket for Prometheus": "为 Prometheus 打开套接字",
    "Let those fetch the figures whom an access list permits; without one, only this host.": (
        "只允许访问列表许可的客户端抓取指标；未配置访问列表时仅限本机。"
    ),
    "Who may fetch the figures": "谁可以抓取指标",
    "Serve no figures. This is the default.": "不提供指标。这是默认设置。",
    "Serve no figures": "不提供指标",
    "Prometheus: whether figures are served, where, to whom, and what was refused.": (
        "Prometheus：是否提供指标、在何处、向谁提供，以及拒绝了什么。"
    ),
    "Whether figures are served to Prometheus, and how often they were": "是否向 Prometheus 提供指标，以及已提供的次数",
}
