include image/thirdparty.mk
